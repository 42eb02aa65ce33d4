import { expect, test } from 'vitest'
import { profiles } from '../profiles/profiles.ts'
import type { Command } from './command.ts'
import { commandsOf } from './commands-of.ts'
import { codeOf, hasDeferredResult, resultPattern } from './results.ts'

const profile = profiles['sim767x-v106']!
const commands = Object.values<Command>(commandsOf(profile))
const results = commands.filter(hasDeferredResult)

test('which commands have a result behind their OK, in every profile', () => {
  const mqtt = ['START', 'STOP', 'CONNECT', 'DISC', 'PUB', 'SUB', 'UNSUB'].map((name) => `+CMQTT${name}`)
  for (const each of Object.values(profiles)) {
    const names = Object.values<Command>(commandsOf(each))
      .filter(hasDeferredResult)
      .map(({ name }) => name)
    expect(names).toEqual([...mqtt, '+NETOPEN', '+NETCLOSE', '+CNTP'])
  }
})

test.each([
  ['+CMQTTSTART: 0', 0],
  ['+CMQTTSTART: 9,15', 9],
  ['+CMQTTSTOP: 21', 21],
  ['+CMQTTCONNECT: 0,32', 32],
  ['+CMQTTDISC: 1,0', 0],
  ['+CMQTTPUB: 0,17', 17],
  ['+CMQTTSUB: 0,0', 0],
  ['+CMQTTUNSUB: 1,0', 0],
  ['+NETOPEN: 0', 0],
  ['+NETCLOSE: 0,1', 0],
  ['+CNTP: 4', 4],
])('%s is the result of its command alone', (line, code) => {
  const of = results.filter((command) => new RegExp(`^${resultPattern(command)}$`).test(line))
  expect(of).toHaveLength(1)
  const index = /^\+(CMQTTST|NET|CNTP)/.test(line) ? undefined : Number(line.at(line.indexOf(' ') + 1))
  expect(codeOf(line, of[0]!.name, index)).toBe(code)
})

test.each(['+CMQTTCONNECT: 1', '+CMQTTACCQ: 0,19', '+CMQTTCONNECT: 0,"tcp://b:1883",60,1', '+CMQTTSTART: 0,1,2'])(
  '%s is no result of that kind',
  (line) => {
    expect(results.filter((command) => new RegExp(`^${resultPattern(command)}$`).test(line))).toEqual([])
  },
)
