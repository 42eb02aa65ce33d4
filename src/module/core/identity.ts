import type { Profile } from '../../at/profiles/profile.ts'
import { withCheckDigit } from '../../at/syntax/check-digit.ts'

/** Identity of a module; all but the serial numbers usually come from its profile. */
export type Identity = Profile['identity']

/** Serial numbers by seed: a million seeds give a million different ones. */
export function identityFromSeed(seed: number): Pick<Identity, 'imei' | 'imsi' | 'iccid'> {
  const serial = digits(permuted(seed), 6)
  return {
    imei: withCheckDigit(`35160200${serial}`),
    imsi: `46001${digits(permuted(seed + 1), 6)}${serial.slice(0, 4)}`,
    iccid: withCheckDigit(`8986031876${digits(permuted(seed + 2), 6)}${serial.slice(0, 3)}`),
  }
}

/** A permutation of the numbers below a million. */
const permuted = (seed: number): number => (((seed % million) + million) * 611_953 + 104_729) % million
const million = 1_000_000

const digits = (value: number, length: number): string => String(value).padStart(length, '0')
