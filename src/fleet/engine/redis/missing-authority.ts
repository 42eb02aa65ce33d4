import { existsSync } from 'node:fs'
import type { Scenario } from '../../scenario/scenario.ts'

/**
 * A sentence where an authority is not on this machine. Keys don't pass through Redis, and one that this machine made
 * anew would issue certificates that the server does not know.
 */
export function missingAuthority({ groups }: Scenario): string | undefined {
  const missing = groups.flatMap(({ tls }) => (tls?.authority && !existsSync(tls.authority) ? [tls.authority] : []))
  if (missing.length === 0) return undefined
  return `the authority ${missing[0]} is not on this machine: copy its folder here, keys don't pass through Redis`
}
