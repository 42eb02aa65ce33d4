import { expect, test } from 'vitest'
import { bytesOf } from '../../src/at/public.ts'
import { explain } from '../../src/explain/explain.ts'

/** As long as a row may be; what takes the square of a row's length takes minutes here. */
const length = 65_000
const units =
  'a|1| |"|{|[|\\|>|<|:|,|;|-|_|\t|\r|\n|\0|\xff|AT|A/|AT+CSQ;|AT+CMQTTACCQ=0,"|x AT+CSQ|41 |65 13 |12:00:00 |[1]|I (1) x: |\x1b[|=== |tx: 41 54 0d\n|' +
  "b'|'a',|+CSQ: 1\n|AT\n|OK\n|>\n|AT OK |1,2,3,4,5\n|+CMQTTRXSTART: 0,1,1\n|+CMQTPUB: 0,0\n|AT+XYZZYABCD=1\nERROR\n|AT+CMQTTPUB=0,9,60\nERROR\n"

test.each(units.split('|').map((unit) => [JSON.stringify(unit), unit] as const))('nothing but %s', (_, unit) => {
  const report = explain(bytesOf(unit.repeat(Math.ceil(length / unit.length)).slice(0, length)))
  expect(report.findings.length).toBeLessThanOrEqual(3)
})
