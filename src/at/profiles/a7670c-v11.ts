import { a76xx } from './a76xx.ts'
import type { Profile } from './profile.ts'

/** An A7670C with the firmware V11, whose reader of certificates is the narrowest that has been reported. */
export const a7670cV11: Profile = {
  ...a76xx,
  name: 'a7670c-v11',
  title: 'A7670C with firmware V11: certificates that pass elsewhere and fail there',
  models: ['A7670C'],
  identity: { ...a76xx.identity, model: 'A7670C-LASS', revision: 'A011B11A7670M7', build: 'A011B11A7670M7' },
  general: { ...a76xx.general, unsetClock: '1970-01-01' },
  tls: {
    ...a76xx.tls,
    reader: { pemCrLf: 'refused', generalizedTime: 'refused', maxChainBytes: 4608 },
    ignoresLocalTimeSetting: true,
  },
}
