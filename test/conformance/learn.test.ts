import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { consequencesOf } from '../../src/at/commands/every-command.ts'
import type { Profile } from '../../src/at/profiles/profile.ts'
import { profiles } from '../../src/at/profiles/profiles.ts'
import { bytesOf, textOf } from '../../src/at/syntax/bytes.ts'
import { type ParsedCommand, parseCommand } from '../../src/at/syntax/parse-line.ts'
import { type LearntProfile, learntProfile } from '../../src/conformance/learn/learnt-profile.ts'
import { memoryLine } from '../../src/io/transports/memory.ts'
import type { Tap } from '../../src/io/wrappers/tap.ts'
import type { Module } from '../../src/module/public.ts'
import { profileValues } from '../../src/profile-file/public.ts'
import { anyProfile, learnFrom, withValuesOf } from '../support/conformance/learning.ts'
import { suiteBytes } from '../support/conformance/suite-bytes.ts'

const date = '2026-11-30'
const everything = { broker: true, reset: true, certificates: true }

describe('a profile that is learnt from a module', () => {
  test.each(Object.values(profiles))('of $name says nothing else than that one', async (profile) => {
    const { learnt } = await learnFrom(profile, { allowed: everything })
    const { file, base, refused } = learntProfile(learnt, date)
    expect({ base, keys: Object.keys(file), refused, left: learnt.left, ended: learnt.ended }).toEqual({
      base: profile.name,
      keys: ['extends', 'name', 'title'],
      refused: [],
      left: [],
      ended: undefined,
    })
  })

  test('has every value of the module that shows, and names those that do not', async () => {
    await fc.assert(
      fc.asyncProperty(anyProfile, async (profile) => {
        const { learnt } = await learnFrom(profile, { allowed: everything })
        const learntOf = learntProfile(learnt, date)
        expect(differences(learntOf.profile, profile, notLearnt(learntOf))).toEqual([])
      }),
      { numRuns: Number(process.env.LEARNT ?? 6) },
    )
  }, 120_000)

  test('gives the same bytes in the conformance suite as the module that it was learnt from', async () => {
    await fc.assert(
      fc.asyncProperty(fc.noShrink(anyProfile), async (profile) => {
        const { learnt } = await learnFrom(profile, { allowed: everything })
        const learntOf = learntProfile(learnt, date)
        const { profile: copy, base } = learntOf
        const original = withValuesOf(profile, copy, notLearnt(learntOf))
        expect(await suiteBytes(base, copy)).toEqual(await suiteBytes(base, original))
      }),
      // Half a minute each: more of them is a command, PROFILES=30.
      { numRuns: Number(process.env.PROFILES ?? 1) },
    )
  }, 3_600_000)
})

const notLearnt = ({ unknown, partly }: LearntProfile): readonly string[] => [
  ...unknown,
  ...partly.map(([path]) => path),
]

/** Paths of values that are not the same, but for some and for who the module is. */
function differences(one: Profile, other: Profile, but: readonly string[]): readonly string[] {
  const values = new Map(profileValues(other).map(({ path, value }) => [path, value]))
  return profileValues(one)
    .filter(({ path }) => !but.includes(path) && !/^(name|title|family|models)$/.test(path))
    .filter(({ path, value }) => JSON.stringify(value) !== JSON.stringify(values.get(path)))
    .map(({ path, value }) => `${path}: ${JSON.stringify(value)} for ${JSON.stringify(values.get(path))}`)
}

describe('what learning does to a module', () => {
  test.each([
    ['nothing is allowed', {}],
    ['with a broker', { broker: true }],
    ['everything is allowed', everything],
  ])('%s: it is as it was', async (_, allowed) => {
    const { learnt, before, after } = await learnFrom(profiles.a76xx!, { allowed })
    expect(learnt.left).toEqual([])
    expect(after).toEqual(before)
  })

  test('a module that had echo off, +CMEE 1 and the service started has them again', async () => {
    const { before, after } = await learnFrom(profiles.sim7600!, {
      allowed: { broker: true },
      prepare: ({ module }) => typed(module, 'ATE0', 'AT+CMEE=1', 'AT+CREG=1', 'AT+CGEREP=1', 'AT+CMQTTSTART'),
    })
    expect(after).toEqual(before)
  })

  test.each([
    ['no option', {}],
    ['--broker', { broker: true }],
    ['--may-reset', { broker: true, reset: true }],
    ['--may-write-certificates', { broker: true, certificates: true }],
    ['all', everything],
  ] as const)('%s: nothing is sent that needs another one', async (_, allowed) => {
    const { sent } = await learnFrom(profiles['sim767x-v106']!, { allowed })
    const found = new Set(commandsIn(sent).map((command) => consequencesOf(command)))
    const risks = [...found].flatMap((one) => one?.risk ?? [])
    const changes = new Set([...found].flatMap((one) => one?.changes ?? []))
    expect(risks).toEqual([])
    expect(changes.has('power') || changes.has('network')).toBe('reset' in allowed)
    expect(changes.has('files')).toBe('certificates' in allowed && 'reset' in allowed)
  })

  test('a client that is in use is left alone', async () => {
    const inUse = learnFrom(profiles.sim767x!, {
      prepare: ({ module }) => typed(module, 'AT+CMQTTSTART', 'AT+CMQTTACCQ=0,"gateway"'),
    })
    await expect(inUse).rejects.toThrow(/^A client of the MQTT service is in use: /)
  })
})

describe('a module that is not well', () => {
  const questions = [
    'numeric-results',
    'error-words',
    'ssl-row',
    'start',
    'acquired',
    'prompt',
    'messages',
    'context-events',
  ]

  test.each(questions)('interrupted at %s: what was changed is set back', async (question) => {
    const { learnt, before, after } = await learnFrom(profiles.a76xx!, {
      allowed: { broker: true },
      at: (id, { stop, line }) => {
        const take: Tap['take'] = (bytes, pass) => {
          stop.abort()
          pass(bytes)
        }
        if (id === question) line.tap('in', { take })
      },
    })
    expect(learnt.ended).toBe('interrupted')
    expect(learnt.left).toEqual([])
    expect(after).toEqual(before)
  })

  test.each([
    ['ok-delayed', { afterMs: 1500 }],
    ['result-lost', {}],
    ['result-late', { afterMs: 5000 }],
    ['prompt-lost', {}],
    ['urc-in-response', {}],
    ['boot-storm', {}],
    ['spontaneous-reboot', {}],
    ['noise', {}],
    ['bytes-dropped', {}],
    ['bytes-corrupted', {}],
    ['line-frozen', {}, { forMs: 20_000 }],
  ] as const)(
    '%s in the middle: it ends with a report and nothing left',
    async (fault, parameters, limits?: object) => {
      const { learnt, before, after } = await learnFrom(profiles.sim767x!, {
        allowed: { broker: true },
        at: (id, { faults }) => void (id === 'prompt' && faults.start(fault, parameters, limits ?? {})),
      })
      expect([learnt.ended, learnt.left]).toEqual([undefined, []])
      expect(after).toEqual(before)
    },
  )

  test('a command that sets something back and is lost is sent again', async () => {
    let isLost = false
    const take: Tap['take'] = (bytes, pass) => {
      if (isLost || !textOf(bytes).startsWith('AT+CREG=0')) return pass(bytes)
      isLost = true
    }
    const { learnt, sent } = await learnFrom(profiles.sim767x!, {
      prepare: ({ line }) => void line.tap('out', { take }),
    })
    // The question is put once more behind that, and sets back once more.
    expect([sent.match(/AT\+CREG=0\r/g)?.length, learnt.left]).toEqual([3, []])
  })

  test('one that is silent from some question on: what was learnt until then is there', async () => {
    const { learnt } = await learnFrom(profiles.sim767x!, {
      at: (id, { line }) => void (id === 'start' && line.tap('in', { take() {} })),
    })
    expect(learnt.ended).toBe('silent')
    expect(learnt.traits.get('mqtt.stopWhenStopped')).toBeNull()
    expect(learnt.left).toContain('ATE1')
  })

  test('a broker that the module does not reach teaches nothing', async () => {
    const { learnt } = await learnFrom(profiles.a76xx!, { allowed: everything, broker: '127.0.0.1:1' })
    const { changes } = learntProfile(learnt, date)
    const missing = learnt.asked.flatMap(({ question, missing: why }) => (why ? [question.id] : []))
    expect(changes).toEqual([])
    expect(missing).toEqual(expect.arrayContaining(['messages', 'tls-to-plain-port', 'certificate-wrong']))
  })

  test('at the wrong speed, where every byte is another one: a sentence', async () => {
    const take: Tap['take'] = (bytes, pass) => pass(bytes.map((byte) => byte ^ 0x55))
    const garbled = learnFrom(profiles.sim767x!, {
      prepare: ({ line }) => {
        for (const direction of ['in', 'out'] as const) line.tap(direction, { take })
      },
    })
    await expect(garbled).rejects.toThrow(/^The module .* look at its line and its speed/)
  })

  test('nobody there', async () => {
    const nobody = learnFrom(profiles.sim767x!, { prepare: ({ line }) => void line.tap('in', { take() {} }) })
    await expect(nobody).rejects.toThrow(/^The module does not answer /)
  })
})

/** Types on a line of its own, whose settings are not those of the learner's; each command is done at once or not waited for. */
function typed(module: Module, ...commands: readonly string[]): void {
  const line = memoryLine()
  module.attach(line.accepted, 'other')
  const host = line.dial()
  host.start({ data() {} })
  for (const command of commands) host.write(bytesOf(`${command}\r`))
}

const commandsIn = (sent: string): readonly ParsedCommand[] =>
  [...sent.matchAll(/(?<=^|\r|\n)AT([+&]?[^\r]*)\r/gi)].flatMap(([, rest]) =>
    rest!.split(';').flatMap((part) => parseCommand(bytesOf(part), 0) ?? []),
  )
