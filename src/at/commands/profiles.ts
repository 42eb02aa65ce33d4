import type { Profile } from './profile.ts'
import { a76xx } from './profiles/a76xx.ts'
import { sim767x } from './profiles/sim767x.ts'
import { sim767xV106 } from './profiles/sim767x-v106.ts'
import { sim7600 } from './profiles/sim7600.ts'

export const profiles: Readonly<Record<string, Profile>> = {
  sim767x,
  'sim767x-v106': sim767xV106,
  a76xx,
  sim7600,
}
export const defaultProfile: Profile = sim767x
