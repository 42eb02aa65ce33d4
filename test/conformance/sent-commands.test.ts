import { describe, expect, test } from 'vitest'
import { consequencesOf } from '../../src/at/commands/every-command.ts'
import { profiles } from '../../src/at/public.ts'
import { bytesOf } from '../../src/at/syntax/bytes.ts'
import { parseCommand } from '../../src/at/syntax/parse-line.ts'
import { leavesSettings, riskOf } from '../../src/conformance/sent-commands.ts'
import { suiteFor } from '../../src/conformance/suite-unit.ts'
import { parseTranscript } from '../../src/transcript/language/parse.ts'
import type { Transcript } from '../../src/transcript/language/transcript.ts'
import { conformanceTexts } from '../support/conformance/conformance.ts'

/** What must not be tried on hardware that nobody watches, told by the text of the lines alone. */
const risks: readonly (readonly [command: RegExp, why: string])[] = [
  [/\+CPOF(?![=?])|\+CPOF=\d/i, 'switches the module off'],
  [/\+(CPIN|CLCK|CPWD)=(?!\?)/i, 'uses up tries of the PIN'],
  [/\+IPR=\d|\+IFC=\d/i, 'changes the speed or the flow control'],
  [/\+(CGDCONT|CGAUTH|COPS|CGSOCKCONT)=(?!\?)/i, 'changes the access to the network'],
  [/\+SIMEI=(?!\?)/i, 'changes the IMEI'],
  [/&W/i, 'stores settings'],
]
/** What set-up takes back by itself, or what changes nothing. */
const takenBack = /^(CMQTT\w+|CREG|CGREG|CEREG|CMEE|CCERT\w+)$/i
const contextKey = /\+CSSLCFG=("(sslversion|authmode|ignorelocaltime|negotiatetime|enableSNI)"|\d$)/i

const sent = ({ steps }: Transcript): readonly string[] =>
  steps.flatMap((step) => (step.kind === 'send' ? [step.pattern.source] : []))

const leaves = (line: string): boolean =>
  /^AT(Z|&F)/i.test(line) ||
  ([...line.matchAll(/\+(\w+)=(?!\?)/g)].some(([, name = '']) => !takenBack.test(name)) && !contextKey.test(line))

const files = conformanceTexts().map(({ fileName, text }) => parseTranscript(text, fileName))

test.each(Object.keys(profiles))('the suite of %s on hardware: what is not played, and what takes a reset', (name) => {
  const { units } = suiteFor(name, files)
  expect(units.length).toBeGreaterThan(100)
  for (const { transcript, cases } of units) {
    const lines = sent(transcript)
    const risk = risks.find(([command]) => lines.some((line) => command.test(line)))?.[1]
    const why = [transcript.fileName, cases[0]!.title, ...lines]
    expect([...why, riskOf(transcript)]).toEqual([...why, risk && expect.stringContaining(risk)])
    expect([...why, leavesSettings(transcript)]).toEqual([...why, lines.some(leaves)])
  }
})

describe('what a command does to hardware', () => {
  test.each([
    ['AT+CPOF', { risk: 'powersOff', changes: 'power' }],
    ['AT+CPOF=?', { changes: 'nothing' }],
    ['AT+CRESET', { changes: 'power' }],
    ['AT+CPIN="1234"', { risk: 'pinTries', changes: 'settings' }],
    ['AT+CPIN?', { changes: 'nothing' }],
    ['AT+CLCK="SC",2', { risk: 'pinTries', changes: 'settings' }],
    ['AT+CPWD="SC","1234","4321"', { risk: 'pinTries', changes: 'settings' }],
    ['AT+IPR=9600', { risk: 'lineSettings', changes: 'settings' }],
    ['AT+IPR=7', { risk: 'lineSettings', changes: 'settings' }],
    ['AT+IPR', { risk: 'lineSettings', changes: 'settings' }],
    ['AT+COPS=0', { risk: 'networkAccess', changes: 'network' }],
    ['AT+SIMEI=123', { risk: 'identity', changes: 'settings' }],
    ['AT&W', { risk: 'storesSettings', changes: 'settings' }],
    ['AT&W0', { risk: 'storesSettings', changes: 'settings' }],
    ['AT&F', { changes: 'settings' }],
    ['AT+CFUN=1,1', { changes: 'network' }],
    ['AT+CGATT=0', { changes: 'network' }],
    ['AT+NETOPEN', { changes: 'sockets' }],
    ['AT+CMQTTSTART', { changes: 'mqtt' }],
    ['AT+CMQTTPUB=0,1,60', { changes: 'mqtt' }],
    ['AT+CMQTTSUBTOPIC=0,3,1', { changes: 'mqtt' }],
    ['AT+CCERTDELE="a.pem"', { changes: 'files' }],
    ['AT+CCERTLIST', { changes: 'nothing' }],
    ['AT+CSSLCFG=0', { changes: 'nothing' }],
    ['AT+CSSLCFG="authmode",0,1', { changes: 'settings' }],
    ['AT+CGPADDR=1', { changes: 'nothing' }],
    ['AT+CREG=1', { changes: 'settings' }],
    ['AT+CSQ', { changes: 'nothing' }],
    ['ATI', { changes: 'nothing' }],
    ['AT+NOBODY=1', undefined],
  ])('%s', (line, consequences) => {
    expect(consequencesOf(parseCommand(bytesOf(line), 2)!)).toEqual(consequences)
  })
})
