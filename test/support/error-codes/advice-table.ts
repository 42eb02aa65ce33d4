import { adviceFor, type FailureCode, ownAdvice } from '../../../src/at/advice.ts'
import { siblingCommands } from '../../../src/at/commands/mqtt/sibling-commands.ts'
import { families } from '../../../src/at/profiles/profile.ts'
import { defaultProfile, mqttCommands } from '../../../src/at/public.ts'

const { mqtt } = defaultProfile
export const commandNames = Object.values({ ...mqttCommands(mqtt), ...siblingCommands(mqtt) }).map(({ name }) => name)

/** What a code means behind which command, and what to do, in Markdown; commands with the same advice share a row. */
export function adviceTable(code: FailureCode): string {
  const rows = new Map<string, string[]>()
  for (const name of commandNames) {
    const texts = families.map((family) => cells(ownAdvice(name, code, family)))
    const alike = new Set(texts).size === 1
    for (const text of new Set(texts)) {
      if (text === undefined) continue
      const which = families.filter((_, i) => texts[i] === text).map((family) => `\`${family}\``)
      const command = `\`${name.slice(1)}\`${alike ? '' : ` (${which.join(', ')})`}`
      rows.set(text, [...(rows.get(text) ?? []), command])
    }
  }
  const own = [...rows].map(([text, commands]) => `| ${commands.join(', ')} | ${text} |`)
  const rest = `| ${own.length === 0 ? 'any' : 'any other'} | ${cells(adviceFor('+CMQTT', code, 'sim767x'))} |`
  return ['| behind | it means | what to do |', '| --- | --- | --- |', ...own, rest].join('\n')
}

const cells = (advice: ReturnType<typeof ownAdvice>): string | undefined =>
  advice && `${marked(advice.meaning)} | ${marked(advice.remedy)}`

/** Commands and results as code. */
const marked = (text: string): string => text.replace(codes, (code) => `\`${code}\``)
const codes = /AT\+[A-Z]+(?:=\?|\?|="\w+"(?:,\d)*)?|\+CMQTT[A-Z]+(?:: \d,\d)?|tcp:\/\/(?:HOST:PORT)?/g
