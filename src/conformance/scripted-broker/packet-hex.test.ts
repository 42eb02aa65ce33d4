import { expect, test } from 'vitest'
import { packetHex, withoutPassword } from './packet-hex.ts'

const head = '10 1f 00 06 4d 51 49 73 64 70 03 c0 01 2c 00 05 70 65 65 72 30 00 02 6d 65'
const password = '00 06 67 65 68 65 69 6d'

test('the password of CONNECT is in no report', () => {
  expect(packetHex(Buffer.from(`${head} ${password}`.replaceAll(' ', ''), 'hex'))).toBe(`${head} …`)
  expect(withoutPassword(`${head} ${password}`)).toBe(`${head} …`)
  expect(withoutPassword(`${head}${password}`.replaceAll(' ', ''))).toBe(`${head} …`)
  expect(withoutPassword(`10 .. 00 06 .. .. .. .. .. .. 03 .. 01 2c ${password}`)).not.toContain('68 65 69')
})

test.each([head.replace('c0', '80'), '10 15 00 06 .. .. .. .. .. .. 03 *', '10 15', '30 05 00 01 74 67 65'])(
  'what holds none is shown: %s',
  (hex) => {
    expect(withoutPassword(hex)).toBe(hex)
  },
)
