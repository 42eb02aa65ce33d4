import type { Qos } from '../../mqtt/public.ts'
import type { ModuleGroup } from '../scenario/scenario.ts'
import type { AtExchange } from './at-dialogue.ts'
import type { FleetMessage } from './host.ts'

/** Names of a group's files in the certificate store of its modules. */
export const storedNames = { ca: 'ca.pem', cert: 'client.pem', key: 'client_key.pem' } as const

interface SetupStep extends AtExchange {
  /** Also what is there already: nothing is known of the module's state. */
  readonly mayFail?: boolean
}

interface ConnectionSettings {
  readonly group: ModuleGroup
  readonly server: string
}

/** What comes before CONNECT. `isFresh`: nothing was set up since the module's power came. */
export function setupSteps({ group }: ConnectionSettings, clientId: string, isFresh: boolean): readonly SetupStep[] {
  const { tls, will } = group
  return [
    ...(isFresh ? [] : [{ line: 'AT+CMQTTREL=0', mayFail: true }]),
    { line: 'AT+CMQTTSTART', deferred: true, mayFail: true },
    { line: `AT+CMQTTACCQ=0,"${clientId}",${tls ? 1 : 0}` },
    ...(tls ? tlsSteps(group) : []),
    ...(will ? willSteps(will) : []),
  ]
}

const willSteps = ({ topic, payload, qos }: NonNullable<ModuleGroup['will']>): readonly SetupStep[] => [
  input('AT+CMQTTWILLTOPIC=0', topic),
  input('AT+CMQTTWILLMSG=0', payload, `,${qos}`),
]

function tlsSteps({ tls }: ModuleGroup): readonly SetupStep[] {
  const { ca, authority, cert, resume, version } = tls!
  const isDevice = authority !== null || cert !== null
  const hasRoot = ca !== null || authority !== null
  const mode = isDevice ? (hasRoot ? 2 : 3) : hasRoot ? 1 : 0
  const set = (key: string, value: string | number): string =>
    `+CSSLCFG="${key}",0,${typeof value === 'number' ? value : `"${value}"`}`
  const settings = [
    set('sslversion', version === '1.2' ? 3 : 4),
    set('authmode', mode),
    set('ignorelocaltime', 0),
    set('enableSNI', 1),
    ...(hasRoot ? [set('cacert', storedNames.ca)] : []),
    ...(isDevice ? [set('clientcert', storedNames.cert), set('clientkey', storedNames.key)] : []),
    '+CMQTTSSLCFG=0,0',
  ]
  // On one line: a line each takes a tenth of a connection.
  return [
    { line: `AT${settings.join(';')}` },
    ...(resume ? [{ line: `AT${set('use_tickets', 1)}`, mayFail: true }] : []),
  ]
}

export function connectLine({ group, server }: ConnectionSettings): string {
  const { keepAliveMs, clean, username, password } = group
  const login = username === null ? '' : `,"${username}"${password === null ? '' : `,"${password}"`}`
  const keepAlive = Math.min(64_800, Math.max(1, Math.round(keepAliveMs / 1000)))
  return `AT+CMQTTCONNECT=0,"${server}",${keepAlive},${clean ? 1 : 0}${login}`
}

/** The module's own time-out. */
export const leaveStep: AtExchange = { line: 'AT+CMQTTDISC=0', deferred: true }

export const subscribeStep = (topic: string, qos: Qos): AtExchange => ({
  ...input('AT+CMQTTSUB=0', topic, `,${qos}`),
  deferred: true,
})

export function publishSteps({
  topic,
  payload,
  qos,
  retain,
}: FleetMessage): readonly [AtExchange, AtExchange, AtExchange] {
  return [
    input('AT+CMQTTTOPIC=0', topic),
    input('AT+CMQTTPAYLOAD=0', payload),
    { line: `AT+CMQTTPUB=0,${qos},60${retain ? ',1' : ''}`, deferred: true },
  ]
}

/** Data goes behind a prompt; one character a byte. */
const input = (command: string, data: string, behind = ''): AtExchange => ({
  line: `${command},${data.length}${behind}`,
  data,
})
