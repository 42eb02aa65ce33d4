import type { Profile } from '../../at/profiles/profile.ts'
import type { MethodCall } from './methods.ts'

/** How long a module may take for an ordinary answer, in ms. */
export const ordinaryMs = 6000
/** What a result may come later than the module's own limit, in ms. */
const marginMs = 6000
/** Slowest TLS handshake (`negotiatetime`), in s. */
const negotiateSeconds = 300
const connectStages = 3

/** Limits of a call, in ms: what the definition or its own parameters allow, times `factor`. */
export function limitsOf(call: MethodCall, profile: Profile, opTimeout: number, factor: number) {
  const resultMs = call.limits.resultMs ?? factor * slowestResult(call, profile, opTimeout)
  const withheld = call.key === 'connect' && profile.mqtt.connectFailure === 'withheld'
  const finalMs = call.limits.finalMs ?? (withheld ? resultMs : factor * (call.command.maxResponseMs ?? ordinaryMs))
  return { finalMs, resultMs }
}

/** `opTimeout`: the limit that the client is configured with (§2.2.15), in s. */
function slowestResult({ key, command, values }: MethodCall, profile: Profile, opTimeout: number): number {
  if (command.maxResponseMs !== undefined) return command.maxResponseMs
  if (key === 'connect') return 1000 * (connectStages * opTimeout + negotiateSeconds)
  if (key === 'disconnect') return 1000 * Number(values.timeout ?? profile.mqtt.discDefaultTimeout) + marginMs
  return 1000 * Number(values.pubTimeout ?? opTimeout) + marginMs
}
