import type { Profile } from '../../at/profiles/profile.ts'
import { withCheckDigit } from '../../at/syntax/check-digit.ts'

/** Who a module is; all but the serial numbers usually come from its profile. */
export type Identity = Profile['identity']

/** Serial numbers of one module of many: different for each of a million seeds, the same for the same one. */
export function identityFromSeed(seed: number): Pick<Identity, 'imei' | 'imsi' | 'iccid'> {
  const serial = digits(permuted(seed), 6)
  return {
    imei: withCheckDigit(`35160200${serial}`),
    imsi: `46001${digits(permuted(seed + 1), 6)}${serial.slice(0, 4)}`,
    iccid: withCheckDigit(`8986031876${digits(permuted(seed + 2), 6)}${serial.slice(0, 3)}`),
  }
}

/** Goes through all numbers below a million in an order of its own. */
const permuted = (seed: number): number => (((seed % million) + million) * 611_953 + 104_729) % million
const million = 1_000_000

const digits = (value: number, length: number): string => String(value).padStart(length, '0')
