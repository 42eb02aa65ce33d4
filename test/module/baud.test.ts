import { expect, test } from 'vitest'
import { bytesOf, profiles, textOf } from '../../src/at/public.ts'
import { Faults, faultyDialer } from '../../src/faults/public.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { paced } from '../../src/io/wrappers/paced.ts'
import { Module } from '../../src/module/public.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { silentLog } from '../support/silent-log.ts'

/** A line as slow as a UART, through the wrapper that faults need; `at` gives the reply and the ms that it took. */
function line(bootSpeed: number) {
  const clock = virtualClock()
  const dialer = faultyDialer(new MemoryServer(), clock)
  const module = new Module({ profile: profiles.sim767x!, clock, dialer, log: silentLog, bootSpeed })
  const { moduleEnd, host } = hostedLine()
  const faults = new Faults(module, { clock, log: silentLog, seed: 1, dialer })
  faults.attach(paced(moduleEnd, { baud: bootSpeed, clock, log: silentLog }), 'uart')
  let [got, last] = ['', 0]
  host.open()
  host.onData((bytes) => {
    got += textOf(bytes)
    last = clock.now()
  })
  const at = (command: string): readonly [string, number] => {
    got = ''
    const begin = clock.now()
    host.write(bytesOf(`AT${command}\r`))
    clock.advance(5000)
    return [got, Math.round(last - begin)]
  }
  at('E0')
  return at
}

/** What so many bytes take at so many bits a second. */
const ms = (bytes: number, baud: number): number => Math.round((bytes * 10_000) / baud)

test('AT+IPR changes the pace of the line behind its OK', () => {
  const at = line(9600)
  expect(at('+IPR?')).toEqual(['\r\n+IPR: 9600\r\n\r\nOK\r\n', ms(8 + 20, 9600)])
  expect(at('+IPR=600')).toEqual(['\r\nOK\r\n', ms(11 + 6, 9600)])
  expect(at('')).toEqual(['\r\nOK\r\n', ms(3 + 6, 600)])
  expect(at('+IPR?')[0]).toContain('+IPR: 600\r\n')
  expect(at('+IPR=460800')[1]).toBe(ms(14 + 6, 600))
  expect(at('')[1]).toBe(0)
})

test('a restart and the bare form bring back the speed that it began with', () => {
  const at = line(9600)
  at('+IPR=600')
  at('+CRESET')
  at('E0')
  expect(at('')).toEqual(['\r\nOK\r\n', ms(9, 9600)])
  at('+IPR=600')
  expect(at('+IPR')[1]).toBe(ms(7 + 6, 600))
  expect(at('')[1]).toBe(ms(9, 9600))
})
