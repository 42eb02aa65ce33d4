import { a76xx } from './a76xx.ts'
import type { Profile } from './profile.ts'
import { sim767x } from './sim767x.ts'
import { sim767xV106 } from './sim767x-v106.ts'
import { sim7600 } from './sim7600.ts'

export const profiles: Readonly<Record<string, Profile>> = {
  sim767x,
  'sim767x-v106': sim767xV106,
  a76xx,
  sim7600,
}
export const defaultProfile: Profile = sim767x
