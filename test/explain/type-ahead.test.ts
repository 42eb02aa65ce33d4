import { expect, test } from 'vitest'
import { bytesOf } from '../../src/at/public.ts'
import { explain } from '../../src/explain/explain.ts'

const trace = (rows: readonly string[]): string =>
  `# atmqtt trace: seconds, AT line or mqtt:connection\n${rows.map((row) => `    ${row}`).join('\n')}\n`

test('commands that a script has sent at once are paired with their answers, as a trace shows them', () => {
  const report = explain(
    bytesOf(
      trace([
        '0.100 stdio < ATE0\\rAT+CPIN?\\rAT+CSQ\\rAT+CMQTTSTART\\r',
        '0.101 stdio > ATE0\\r\\r\\nOK\\r\\n',
        '0.101 stdio > \\r\\n+CPIN: READY\\r\\n\\r\\nOK\\r\\n',
        '0.101 stdio > \\r\\n+CSQ: 21,0\\r\\n\\r\\nOK\\r\\n',
        '0.102 stdio > \\r\\n+CMQTTSTART: 23\\r\\n\\r\\nERROR\\r\\n',
      ]),
    ),
    { all: true },
  )
  expect(report.findings.map(({ id }) => id)).toEqual(['host-restarted', 'err-23'])
})

test('a module that answers nothing is found all the same', () => {
  const report = explain(
    bytesOf(trace(['0.100 tty < AT\\r', '0.120 tty < AT\\r', '5.000 tty < AT\\r', '9.000 tty < AT+CSQ\\r'])),
  )
  expect(report.findings.map(({ id }) => id)).toEqual(['no-answer'])
})
