import type { Network, Radio } from '../core/state.ts'

/** The simulated operator and its cell; `as digits`: MCC and MNC. */
export const operators = {
  home: { long: 'CHN-UNICOM', short: 'UNICOM', digits: '46001' },
  forbidden: { long: 'CHINA MOBILE', short: 'CMCC', digits: '46000' },
} as const

export const cell = {
  area: '9A5F',
  identity: '03E1FAFA',
  identityNumber: 65_141_498,
  physical: 318,
  band: 'EUTRAN-BAND3',
  channel: 1650,
} as const

export const radioIsOn = ({ fun }: Radio): boolean => fun === 1 || fun === 5
export const isRegistered = ({ registration }: Radio): boolean => registration === 1 || registration === 5

/** As `+CSQ` shows it. */
export function reportedSignal(network: Network, radio: Radio): readonly [rssi: number, ber: number] {
  if (network.coverage === 'down' || !radioIsOn(radio) || network.signal === 99) return [99, 99]
  return [network.signal, 0]
}

/** The levels of `+CPSI`, all from the one signal. RSRQ and RSSNR as numbers of dB. */
export function levelsOf({ signal }: Network) {
  const rssi = signal === 99 ? -113 : 2 * signal - 113
  return { rsrq: -11, rsrp: rssi - 13, rssi, rssnr: 5 }
}
