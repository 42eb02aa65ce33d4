import { describe, expect, test } from 'vitest'
import { hostedLine } from '../testing/memory-host.ts'
import { record, text } from '../testing/recorder.ts'

describe('memory pipe', () => {
  test('delivers both ways within the call', () => {
    const { pipe, host } = hostedLine()
    const heard: string[] = []
    host.onData((bytes) => heard.push(Buffer.from(bytes).toString()))
    const seen = record(pipe, () => pipe.write(text('\r\nOK\r\n')))
    host.open()
    host.write(text('AT\r'))
    expect(seen.events).toEqual([true, 'AT\r'])
    expect(heard).toEqual(['\r\nOK\r\n'])
    expect(seen.drained()).toBe(0)
  })

  test('loses nothing that came before start, and nothing that was written before the host left', () => {
    const { pipe, host } = hostedLine()
    host.open()
    host.write(text('AT'))
    host.close()
    host.open()
    const seen = record(pipe)
    expect(seen.events).toEqual([true, 'AT', false, true])
    pipe.pause()
    host.write(text('1'))
    host.close()
    expect(seen.events).toHaveLength(4)
    pipe.resume()
    expect(seen.events.slice(4)).toEqual(['1', false])
  })

  test('drops what is written while nobody is there', () => {
    const { pipe, host } = hostedLine()
    record(pipe)
    pipe.write(text('lost'))
    host.open()
    const heard: Uint8Array[] = []
    host.onData((bytes) => heard.push(bytes))
    expect(heard).toEqual([])
    host.close()
    expect(() => host.write(text('x'))).toThrow(/open/)
  })

  test('counts the backlog of a host that does not read, and says when it has gone', () => {
    const { pipe, host } = hostedLine()
    const seen = record(pipe)
    const heard: number[] = []
    host.onData((bytes) => heard.push(bytes.length))
    host.open()
    host.pause()
    for (let i = 0; i < 4; i++) pipe.write(new Uint8Array(100))
    expect([pipe.backlog(), heard.length, seen.drained()]).toEqual([400, 0, 0])
    host.resume()
    expect([pipe.backlog(), heard.length]).toEqual([0, 4])
    expect(seen.drained()).toBe(2)
    host.pause()
    pipe.write(new Uint8Array(7))
    host.close()
    expect([pipe.backlog(), seen.drained()]).toEqual([0, 3])
  })

  test('keeps the order of what is written from within a callback', () => {
    const { pipe, host } = hostedLine()
    const heard: string[] = []
    host.onData((bytes) => {
      if (bytes[0] === 0x3e) host.write(text('data'))
      heard.push(Buffer.from(bytes).toString())
    })
    record(pipe, (bytes) => pipe.write(bytes[0] === 0x64 ? text('OK') : text('>')))
    host.open()
    host.write(text('AT+X\r'))
    expect(heard).toEqual(['>', 'OK'])
  })

  test('is silent after close', async () => {
    const { pipe, host } = hostedLine()
    const seen = record(pipe)
    host.open()
    host.onData(() => {})
    await pipe.close()
    expect(() => host.write(text('x'))).toThrow(/open/)
    host.close()
    expect(() => host.open()).toThrow(/closed/)
    expect(seen.events).toEqual([true])
  })
})
