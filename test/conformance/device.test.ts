import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeSign } from '../../src/at/commands/command.ts'
import { lineageOf, profiles } from '../../src/at/profiles/profiles.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { commandsOf } from '../../src/module/public.ts'
import { conformanceTexts } from '../support/conformance/conformance.ts'
import { memoryHost } from '../support/conformance/hosts.ts'
import { bytewise, deviceTranscripts, play, whole } from '../support/conformance/play.ts'
import { tagOf } from '../support/requirements/requirements.ts'

let broker: EmbeddedBroker
beforeAll(async () => {
  broker = await startBroker({ host: '127.0.0.1', port: 0 })
})
afterAll(() => broker.close())

const names = Object.keys(profiles)
/** Stories; a file `<story>-<profile>.at` tells it for that profile, `<story>.at` for all others. */
const stories = [...deviceTranscripts].filter(([, { profile }]) => profile === undefined).map(([name]) => name)

test('there are transcripts of power and of all families of commands', () => {
  expect(stories.filter((story) => story.startsWith('life-'))).toHaveLength(5)
  expect(stories.filter((story) => story.startsWith('general-'))).toHaveLength(11)
})

describe.each(names)('%s', (profile) => {
  const told = stories.map((story) => {
    const own = lineageOf(profile).flatMap((name) => deviceTranscripts.get(`${story}-${name}`) ?? [])
    const transcript = own[0] ?? deviceTranscripts.get(story)!
    return [story, tagOf(transcript.shows), transcript] as const
  })
  test.each(told)('%s, whole and byte by byte%s', async (_, __, transcript) => {
    const values = { broker: `127.0.0.1:${broker.port}` }
    for (const cut of [whole, bytewise])
      expect(await play(transcript, { line: memoryHost(), cut, profile, values })).toBeGreaterThan(0)
  })
})

test('every form of every general command is sent by a transcript', () => {
  const sent = conformanceTexts().flatMap(({ text }) => text.match(/^> AT.*$/gm) ?? [])
  const all = `${sent.join('\n')}\n`
  const missing = Object.values(commandsOf(profiles.sim767x!))
    .filter(({ grade, absent }) => grade !== undefined && !absent)
    .flatMap(({ name, test: form, read, execute, write }) => [
      ...(form === undefined ? [] : [`AT${name}=?`]),
      ...(read === undefined ? [] : [`AT${name}?`]),
      ...(execute === undefined ? [] : [`AT${name}\n`]),
      ...(write === undefined ? [] : [`AT${name}${writeSign(name)}`]),
    ])
    .filter((typed) => !all.includes(typed))
  expect(missing).toEqual([])
})
