import type { Dialer, TlsSettings } from '../../io/net/dialer.ts'
import type { GroupTls } from '../scenario/scenario.ts'
import type { FleetDevice } from './device.ts'
import { DeviceStore } from './device-files.ts'
import { storedNames } from './lean-commands.ts'
import type { Timetable } from './timetable.ts'
import { Verifier } from './verifier.ts'
import { type ShardPlan, type ShardWorld, serverFor } from './world.ts'

/** The verifying subscriber of a shard: it speaks TLS, and logs in, as one of the modules does. */
export function verifierOf(
  plan: ShardPlan,
  world: ShardWorld,
  schedule: Timetable,
  like: FleetDevice,
  message: (payload: string) => void,
): Verifier {
  const { group } = like.identity
  const { run, shard } = plan
  const tls = group.tls ? tlsSettings(group.tls) : undefined
  const certificates = new DeviceStore(tls ? world.files(like.identity) : {})
  const dialer: Dialer = world.dialer({ certificates })
  const { username, password } = group
  const { host, port } = serverFor(plan, group)
  const clientId = `fleet-verify-${run}-${shard}`
  return new Verifier({ clientId, host, port, username, password, schedule, dialer, message, ...(tls && { tls }) })
}

function tlsSettings({ authority, ca, cert }: GroupTls): TlsSettings {
  const isDevice = authority !== null || cert !== null
  const hasRoot = ca !== null || authority !== null
  return {
    ...{ sslVersion: 4, authMode: isDevice ? (hasRoot ? 2 : 3) : hasRoot ? 1 : 0 },
    ...{ ignoreLocalTime: false, negotiateTimeMs: 10_000, password: '', enableSni: true, ignoreCertCn: false },
    ...{ caCert: storedNames.ca, clientCert: storedNames.cert, clientKey: storedNames.key },
    ...{ useTickets: false, cipherSuites: 0 },
  }
}
