import * as v from 'valibot'
import type { Profile } from '../at/public.ts'
import {
  choice,
  flagLeaf,
  type Group,
  type Leaf,
  matching,
  number,
  numbers,
  other,
  printableUpTo,
  recordOf,
  textLeaf,
  texts,
  wholeBetween,
} from './leaf.ts'

const printable = printableUpTo(200)

const bootLine = v.strictObject({
  afterMs: wholeBetween(0, 600_000),
  text: printable,
  needs: v.optional(v.picklist(['card', 'sim', 'attach'])),
})

const bootLines = v.pipe(
  v.array(bootLine),
  v.check((lines) => lines.every(({ afterMs }, i) => i === 0 || lines[i - 1]!.afterMs <= afterMs)),
)
const allowedLines =
  'a list such as [{"afterMs":0,"text":"RDY"}], the times rising, 0 to 600000 ms; "needs" is "card", "sim" or "attach"'

/** The lines of a start, in order of their times. */
export const bootField = other(
  bootLines,
  'printed after power-on: `afterMs`, `text`; `needs`: `card` the SIM is read now, `sim` a ready SIM, `attach` an active context 1',
  allowedLines,
) as Leaf<Profile['boot']>

export const restartBootField = other(
  v.nullable(bootLines),
  'the same after `AT+CRESET` and its like, counted from the restart',
  `${allowedLines}; or null: as "boot"`,
) as Leaf<Profile['restartBoot']>

export const cmeField = other(
  recordOf(/^\d{1,4}$/, printable),
  'words of `+CME ERROR` by number',
  'an object of numbers and their words, such as {"10":"SIM not inserted"}',
) as Leaf<Profile['cme']>

const dateText = matching(
  /^(19[7-9]\d|20\d\d)-\d\d-\d\d$/,
  'the date that `AT+CCLK?` shows before the clock is set',
  'a date from 1970 to 2099 such as "2014-01-01"',
)
const dateLeaf = {
  ...dateText,
  schema: v.pipe(
    dateText.schema,
    v.check((text) => isDate(text)),
  ),
}
const isDate = (text: string): boolean =>
  Number.isFinite(Date.parse(text)) && new Date(text).toISOString().startsWith(text)

export const generalFields: Group<Profile['general']> = {
  hasNumericResults: flagLeaf('whether `ATV0` is there'),
  writesImei: flagLeaf('whether `AT+SIMEI=<imei>` is there'),
  hasNetworkMode: flagLeaf('whether `AT+CNMP` is there'),
  hasContextParameters: flagLeaf('whether `AT+CGCONTRDP` is there'),
  listsAddresses: flagLeaf('whether `AT+CGPADDR` takes several contexts'),
  contextTest: texts(200, 'lines of `AT+CGDCONT=?`'),
  authTest: textLeaf(100, 'line of `AT+CGAUTH=?`'),
  eventTest: textLeaf(100, 'line of `AT+CGEREP=?`'),
  eventModes: choice([1, 2], 'highest mode of `AT+CGEREP`'),
  highestFun: choice([7, 8], 'highest `<fun>` of `AT+CFUN`'),
  hasPowerOffKinds: flagLeaf('whether `AT+CPOF=<0|1>` is there'),
  zoneModes: numbers(0, 3, 'what `AT+CTZU` and `AT+CTZR` take'),
  speeds: numbers(300, 10_000_000, 'what `AT+IPR` takes, bit/s'),
  flowModes: numbers(0, 2, 'what `AT+IFC` takes: 0 none, 1 XON/XOFF, 2 RTS and CTS'),
  hasSocketContexts: flagLeaf('whether `AT+NETOPEN=<cid>` and its relatives are there'),
  hasSocketDefinitions: flagLeaf('whether `AT+CGSOCKCONT` is there'),
  positioning: choice(['gps', 'gnss'], '`gps`: `AT+CGPS` and `AT+CGPSINFO`; `gnss`: `AT+CGNSSPWR` and `AT+CGNSSINFO`'),
  hasSocketSetting: flagLeaf('whether `AT+CIPCFG="CID",<cid>` is there'),
  socketOptions: choice([7, 8], 'how many values `AT+CIPCCFG` has'),
  capabilities: other(
    v.nullable(printable),
    'behind `+GCAP: ` in `ATI`',
    'a text of printable ASCII, or null for no such line',
  ),
  registrationShowsAccess: flagLeaf('whether registration lines show `<AcT>`'),
  cellUnits: choice(['dBm', 'index'], 'signal values of `AT+CPSI?`'),
  showsLogin: flagLeaf('whether `AT+CGAUTH?` shows user and password'),
  contextEvents: choice([0, 1, 2], 'default of `AT+CGEREP`; from 1 on `+CGEV` lines are printed'),
  lockedContexts: numbers(1, 15, 'contexts that `AT+CGACT` can not switch'),
  refusesActiveContext: flagLeaf('whether `AT+CGACT=1,<cid>` is an error for such a context that is active'),
  zoneUpdate: {
    initial: number(0, 3, '`AT+CTZU` as delivered'),
    factory: number(0, 3, '`AT+CTZU` after `AT&F`'),
  },
  zoneReportHasTime: flagLeaf('whether `+CTZV` shows date, time and daylight saving'),
  operatorFormat: choice([0, 1, 2], 'how `AT+COPS?` names the operator: 0 long, 1 short, 2 digits'),
  keepsOperatorMode: flagLeaf('whether the mode of `AT+COPS` outlives a reset'),
  openFailure: choice(['deferred', 'error'], '`AT+NETOPEN` without network: its code later, or `ERROR` at once'),
  unsetClock: dateLeaf,
  simRemoved: textLeaf(100, 'printed when the SIM is taken out'),
  simUnavailable: other(
    v.nullable(printable),
    'printed when the SIM is taken out, and with `AT+CFUN=0`',
    'a text of printable ASCII, or null for no such line',
  ),
}
