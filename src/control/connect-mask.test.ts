import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, concat, textOf } from '../at/syntax/bytes.ts'
import { encode } from '../mqtt/public.ts'
import { ConnectMask } from './connect-mask.ts'
import { cut } from './testing.ts'

const connect = (password: string | undefined, will: boolean): Uint8Array =>
  encode({
    type: 'connect',
    version: 4,
    clientId: bytesOf('me'),
    cleanSession: true,
    keepAlive: 60,
    ...(will && { will: { topic: bytesOf('w'), payload: bytesOf('gone'), qos: 1 as const, retain: false } }),
    username: bytesOf('user'),
    ...(password !== undefined && { password: bytesOf(password) }),
  })

const sent = (mask: ConnectMask, parts: readonly string[]): string =>
  parts.map((part) => textOf(mask.out(bytesOf(part)))).join('')

describe('the password of CONNECT', () => {
  test('is as many stars, with and without a will, cut anywhere; what follows is shown', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 5 }), fc.boolean(), (places, will) => {
        const text = textOf(concat([connect('s3cret', will), encode({ type: 'pingreq' })]))
        expect(sent(new ConnectMask(), cut(text, places))).toBe(text.replace('s3cret', '******'))
      }),
      { numRuns: 100 },
    )
  })

  test('is hidden where the server sends it back, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 5 }), (places) => {
        const mask = new ConnectMask()
        mask.out(connect('s3cret', false))
        const parts = cut('a s3s3cret b s3cret.', places)
        expect(parts.map((part) => textOf(mask.in(bytesOf(part)))).join('')).toBe('a s3****** b ******.')
      }),
      { numRuns: 100 },
    )
  })

  test.each([
    ['no password', textOf(connect(undefined, false))],
    ['no CONNECT', '\xc0\x00'],
    ['no MQTT', 'GET /'],
  ])('%s: all is shown', (_, text) => {
    const mask = new ConnectMask()
    expect(sent(mask, [text, 'more'])).toBe(`${text}more`)
    expect(textOf(mask.in(bytesOf('back')))).toBe('back')
  })
})
