import { describe, expect, test } from 'vitest'
import { mqttErrors } from '../errors.ts'
import { profiles } from '../profiles/profiles.ts'
import { testLines } from './command.ts'
import { commandsOf } from './commands-of.ts'
import { mqttCommands } from './mqtt/mqtt-commands.ts'

/** Written from the note's §2.2, not from the definitions. */
const note: Readonly<Record<string, readonly string[]>> = {
  '+CMQTTSTART': [],
  '+CMQTTSTOP': [],
  '+CMQTTACCQ': ['+CMQTTACCQ: (0-1),(1-128)[,(0-1)]'],
  '+CMQTTREL': ['+CMQTTREL: (0-1)'],
  '+CMQTTSSLCFG': ['+CMQTTSSLCFG: (0,1),(0-9)'],
  '+CMQTTWILLTOPIC': ['+CMQTTWILLTOPIC: (0-1),(1-1024)'],
  '+CMQTTWILLMSG': ['+CMQTTWILLMSG: (0-1),(1-1024),(0-2)'],
  '+CMQTTCONNECT': ['+CMQTTCONNECT: (0-1),(9-256),(1-64800),(0-1)[,<user_name>,<pass_word>]'],
  '+CMQTTDISC': ['+CMQTTDISC: (0-1),(0, 60-180)'],
  '+CMQTTTOPIC': ['+CMQTTTOPIC: (0-1),(1-1024)'],
  '+CMQTTPAYLOAD': ['+CMQTTPAYLOAD: (0-1),(1-4096)'],
  '+CMQTTPUB': ['+CMQTTPUB: (0-1),(0-2),(60-180),(0-1),(0-1)'],
  '+CMQTTSUB': ['+CMQTTSUB: (0-1),(1-1024),(0-2),(0-1)'],
  '+CMQTTUNSUB': ['+CMQTTUNSUB: (0-1),(1-1024),(0-1)'],
  '+CMQTTCFG': [
    '+CMQTTCFG: "checkUTF8",(0-1),(0-1)',
    '+CMQTTCFG: "optimeout",(0-1),(20-120)',
    '+CMQTTCFG: "version",(0-1),(3-4)',
  ],
}
/** Where a sibling prints something else. */
const siblings: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  sim767x: {},
  a76xx: {
    '+CMQTTPAYLOAD': ['+CMQTTPAYLOAD: (0-1),(1-10240)'],
    '+CMQTTPUB': ['+CMQTTPUB: (0-1),(0-2),(1-180),(0-1),(0-1)'],
    '+CMQTTDISC': ['+CMQTTDISC: (0-1),(0, 1-180)'],
    '+CMQTTCFG': [...note['+CMQTTCFG']!, '+CMQTTCFG: "argtopic",(0-1),(0-1),(0-1)'],
  },
  'sim767x-v106': {
    '+CMQTTDISC': ['+CMQTTDISC: (0-1),(0,60-180)'],
    '+CMQTTCFG': [...note['+CMQTTCFG']!, '+CMQTTCFG: "cid",(1-15)', '+CMQTTCFG: "scid",(0-1),(1-15)'],
  },
  sim7600: {
    '+CMQTTACCQ': ['+CMQTTACCQ: (0-1),(1-128)[,(0-1)],(3-4)'],
    '+CMQTTPAYLOAD': ['+CMQTTPAYLOAD: (0-1),(1-10240)'],
    '+CMQTTCONNECT': ['+CMQTTCONNECT: (0-1),(9-256),(1-64800),(0-1)'],
    '+CMQTTCFG': ['+CMQTTCFG: "checkUTF8",(0-1),(0-1)', '+CMQTTCFG: "optimeout",(0-1),(20-120)'],
  },
}

describe.each(Object.entries(siblings))('the =? lines of %s', (name, others) => {
  const commands = Object.values(mqttCommands(profiles[name]!.mqtt))
  test.each(Object.keys(note))('%s', (command) => {
    const found = commands.find((candidate) => candidate.name === command)!
    expect(testLines(found)).toEqual(others[command] ?? note[command])
  })
})

test.each(['a76xx', 'sim7600'])('the =? lines of SUBTOPIC and UNSUBTOPIC: %s', (name) => {
  const { '+CMQTTSUBTOPIC': subscribe, '+CMQTTUNSUBTOPIC': unsubscribe } = Object.fromEntries(
    Object.values(commandsOf(profiles[name]!)).map((command) => [command.name, testLines(command)]),
  )
  expect(subscribe).toEqual(['+CMQTTSUBTOPIC: (0-1),(1-1024),(0-2)'])
  expect(unsubscribe).toEqual(['+CMQTTUNSUBTOPIC: (0-1),(1-1024)'])
})

test('there are fifteen commands, in the order of the note, each with its section', () => {
  const commands = Object.values(mqttCommands(profiles.sim767x!.mqtt))
  expect(commands.map(({ name }) => name)).toEqual(Object.keys(note))
  expect(commands.map(({ cite }) => cite)).toEqual(Object.keys(note).map((_, i) => `2.2.${i + 1}`))
})

test('36 result codes, the words of §4.1', () => {
  expect(mqttErrors).toHaveLength(36)
  const words = {
    0: 'succeeded',
    2: 'UTF-8',
    11: 'no connection',
    14: 'busy',
    17: 'timeout',
    18: 'topic',
    20: 'acquired',
  }
  const more = {
    23: 'opened',
    25: 'DNS',
    27: 'version',
    28: 'identifier',
    31: 'authorized',
    33: 'certificate',
    35: 'disconnect',
  }
  for (const [code, word] of Object.entries({ ...words, ...more })) expect(mqttErrors[Number(code)]).toContain(word)
})
