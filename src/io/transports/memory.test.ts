import { describe, expect, test } from 'vitest'
import { hostedLine } from '../testing/memory-host.ts'
import { record, text } from '../testing/recorder.ts'

describe('memory line', () => {
  test('delivers both ways within the call', () => {
    const { moduleEnd, host } = hostedLine()
    const heard: string[] = []
    host.onData((bytes) => heard.push(Buffer.from(bytes).toString()))
    const seen = record(moduleEnd, () => moduleEnd.write(text('\r\nOK\r\n')))
    host.open()
    host.write(text('AT\r'))
    expect(seen.events).toEqual([true, 'AT\r'])
    expect(heard).toEqual(['\r\nOK\r\n'])
    expect(seen.drained()).toBe(0)
  })

  test('loses nothing that came before start, and nothing that was written before the host left', () => {
    const { moduleEnd, host } = hostedLine()
    host.open()
    host.write(text('AT'))
    host.close()
    host.open()
    const seen = record(moduleEnd)
    expect(seen.events).toEqual([true, 'AT', false, true])
    moduleEnd.pause()
    host.write(text('1'))
    host.close()
    expect(seen.events).toHaveLength(4)
    moduleEnd.resume()
    expect(seen.events.slice(4)).toEqual(['1', false])
  })

  test('drops what is written while nobody is there', () => {
    const { moduleEnd, host } = hostedLine()
    record(moduleEnd)
    moduleEnd.write(text('lost'))
    host.open()
    const heard: Uint8Array[] = []
    host.onData((bytes) => heard.push(bytes))
    expect(heard).toEqual([])
    host.close()
    expect(() => host.write(text('x'))).toThrow(/open/)
  })

  test('counts the backlog of a host that does not read, and says when it has gone', () => {
    const { moduleEnd, host } = hostedLine()
    const seen = record(moduleEnd)
    const heard: number[] = []
    host.onData((bytes) => heard.push(bytes.length))
    host.open()
    host.pause()
    for (let i = 0; i < 4; i++) moduleEnd.write(new Uint8Array(100))
    expect([moduleEnd.backlog(), heard.length, seen.drained()]).toEqual([400, 0, 0])
    host.resume()
    expect([moduleEnd.backlog(), heard.length]).toEqual([0, 4])
    expect(seen.drained()).toBe(2)
    host.pause()
    moduleEnd.write(new Uint8Array(7))
    host.close()
    expect([moduleEnd.backlog(), seen.drained()]).toEqual([0, 3])
  })

  test('keeps the order of what is written from within a callback', () => {
    const { moduleEnd, host } = hostedLine()
    const heard: string[] = []
    host.onData((bytes) => {
      if (bytes[0] === 0x3e) host.write(text('data'))
      heard.push(Buffer.from(bytes).toString())
    })
    record(moduleEnd, (bytes) => moduleEnd.write(bytes[0] === 0x64 ? text('OK') : text('>')))
    host.open()
    host.write(text('AT+X\r'))
    expect(heard).toEqual(['>', 'OK'])
  })

  test('is silent after close', async () => {
    const { moduleEnd, host } = hostedLine()
    const seen = record(moduleEnd)
    host.open()
    host.onData(() => {})
    await moduleEnd.close()
    expect(() => host.write(text('x'))).toThrow(/open/)
    host.close()
    expect(() => host.open()).toThrow(/closed/)
    expect(seen.events).toEqual([true])
  })
})
