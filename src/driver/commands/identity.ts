import type { GeneralCommands } from '../../at/commands/general/general-commands.ts'
import type { CommandMethods } from './methods.ts'

export interface ModuleIdentity {
  readonly manufacturer: string
  readonly model: string
  readonly revision: string
  readonly imei: string
}

export interface SignalQuality {
  /** 0–31; undefined: not known. */
  readonly rssi: number | undefined
  /** Of the signal, in dBm; undefined: not known. */
  readonly dbm: number | undefined
  /** Bit error class, 0–7; undefined: not known. */
  readonly ber: number | undefined
}

export async function identityOf(general: CommandMethods<GeneralCommands>): Promise<ModuleIdentity> {
  return {
    manufacturer: firstValue(await general.manufacturer()),
    model: firstValue(await general.model()),
    revision: firstValue(await general.revision()),
    imei: firstValue(await general.serialNumber()),
  }
}

/** The first line, without `+CMD: ` where a firmware puts it there. */
export const firstValue = (lines: readonly string[]): string => (lines[0] ?? '').replace(/^\+[A-Z]+: ?/, '').trim()

/** `+CSQ: 23,0` */
export function signalQualityOf(lines: readonly string[]): SignalQuality {
  const [rssi, ber] = firstValue(lines).split(',').map(known)
  return { rssi, dbm: rssi === undefined ? undefined : 2 * rssi - 113, ber }
}

function known(text: string): number | undefined {
  const number = Number.parseInt(text, 10)
  return Number.isNaN(number) || number === 99 ? undefined : number
}
