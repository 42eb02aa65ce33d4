import { everyCommand } from '../../at/commands/every-command.ts'
import { profiles } from '../../at/profiles/profiles.ts'

/** Lines that modules print when they start. */
export const bootLines: ReadonlySet<string> = new Set(
  Object.values(profiles).flatMap(({ boot, restartBoot }) => [...boot, ...(restartBoot ?? [])].map(({ text }) => text)),
)
/** The host itself starts. */
export const hostStart =
  /rst:0x[0-9a-f]+ \(|^ets [A-Z][a-z]{2} +\d+ \d{4}|Brownout detector|Guru Meditation|\bboot: ESP-IDF|\*\*\* Booting Zephyr/
/** In a trace: nobody waits for an answer any more. */
export const hostGone = /^(?:host gone from .+|the trace ends here|fresh)$/
/** Commands whose information has no name in front. */
export const bareInformation = new Set([
  'I',
  '+CGMI',
  '+CGMM',
  '+CGMR',
  '+CGSN',
  '+GSN',
  '+CIMI',
  '+SIMCOMATI',
  '+GMR',
  '+GMM',
  '+GMI',
  '&V',
])
const socketResults = new Set(['+NETOPEN', '+NETCLOSE', '+CIPOPEN', '+CIPCLOSE', '+CNTP', '+CCHOPEN'])
/** Commands that tell how they ended in a line of their own. */
export const resultNames: ReadonlySet<string> = new Set([
  ...everyCommand.filter(({ cite }) => cite.startsWith('2.2.') || cite === 'siblings').map(({ name }) => name),
  ...socketResults,
])
