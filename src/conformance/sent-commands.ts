import type { Transcript } from '../transcript/language/transcript.ts'

/** What must not be tried on hardware that nobody watches. */
const risks: readonly (readonly [command: RegExp, why: string])[] = [
  [/\+CPOF(?![=?])|\+CPOF=\d/i, 'switches the module off, and nobody switches it on again'],
  [/\+(CPIN|CLCK|CPWD)=(?!\?)/i, 'uses up tries of the PIN of a real SIM'],
  [/\+IPR=\d|\+IFC=\d/i, 'changes the speed or the flow control of the line'],
  [/\+(CGDCONT|CGAUTH|COPS)=(?!\?)/i, 'changes the access to the network, which a module keeps'],
  [/\+SIMEI=(?!\?)/i, 'changes the IMEI'],
  [/&W/i, 'stores settings in the module'],
]

/** Why a transcript is not played to hardware, whatever it says of itself; undefined: it may be. */
export function riskOf(transcript: Transcript): string | undefined {
  const sent = sentLines(transcript)
  const risk = risks.find(([command]) => sent.some((line) => command.test(line)))
  return risk && `is for virtual modules: it ${risk[1]}`
}

/** What set-up takes back by itself, or what changes nothing. */
const takenBack = /^(CMQTT\w+|CREG|CGREG|CEREG|CMEE|CCERT\w+)$/i
const contextKey = /\+CSSLCFG="(sslversion|authmode|ignorelocaltime|negotiatetime|enableSNI)"/i

/** Whether a transcript leaves settings behind that only a reset takes back. */
export function leavesSettings(transcript: Transcript): boolean {
  return sentLines(transcript).some((line) => {
    if (/^AT(Z|&F)/i.test(line)) return true
    const written = [...line.matchAll(/\+(\w+)=(?!\?)/g)].map(([, name = '']) => name)
    return written.some((name) => !takenBack.test(name)) && !contextKey.test(line)
  })
}

function sentLines({ steps }: Transcript): readonly string[] {
  return steps.flatMap((step) => (step.kind === 'send' ? [step.pattern.source] : []))
}
