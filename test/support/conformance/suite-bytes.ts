import type { Profile } from '../../../src/at/profiles/profile.ts'
import { textOf } from '../../../src/at/syntax/bytes.ts'
import { ownSuite, playUnits, suiteTarget } from './suite-target.ts'

/** What a module of a profile sends in each part of the conformance suite for `base`, by file and line. */
export async function suiteBytes(base: string, profile: Profile): Promise<Readonly<Record<string, string>>> {
  const target = await suiteTarget(base, profile)
  const bytes: Record<string, string> = {}
  try {
    for (const unit of ownSuite(base).units) {
      const { fileName, line } = unit.cases[0]!
      const name = `${fileName.replace(/^.*\//, '')}:${line}`
      await playUnits(target, [unit], (stream) => {
        stream.tap('in', {
          take(data, pass) {
            bytes[name] = (bytes[name] ?? '') + textOf(data)
            pass(data)
          },
        })
      })
    }
    return Object.fromEntries(Object.entries(bytes).map(([name, text]) => [name, withoutChance(text)]))
  } finally {
    await target.close()
  }
}

/** Ports of the broker, and how much time was skipped. */
const withoutChance = (text: string): string =>
  text.replaceAll(/127\.0\.0\.1:\d+/g, '{address}').replaceAll(/\d\d\/\d\d\/\d\d,\d\d:\d\d:\d\d/g, '{time}')
