import type { ClientState, ContextState, DeviceState, LineStatus, TlsState } from '../../device-state.ts'

/** `good` works, `bad` stops messages, `waiting` changes soon, `plain` says nothing about that. */
export type Tone = 'good' | 'bad' | 'waiting' | 'plain'

/** One thing about the device as a sentence. `copies`: what a click copies. */
export interface DeviceFact {
  readonly about: string
  readonly says: string
  readonly tone: Tone
  readonly copies: string
  /** Below it, smaller. */
  readonly details: readonly string[]
}

/** The module in plain words; what is not known is not in it. */
export function deviceFacts(state: DeviceState): readonly DeviceFact[] {
  const { clients = {}, lines = {}, tls = {} } = state
  return [
    ...some(state.power, powerFact),
    ...some(state.sim, simFact),
    ...some(state.network?.signal, signalFact),
    ...some(state.network, networkFact),
    ...pdpFacts(state.contexts),
    ...some(state.service, serviceFact),
    ...(state.inferred || state.power === undefined ? [] : [faultFact(state.faults)]),
    ...Object.entries(clients).map(([index, client]) => clientFact(index, client)),
    ...Object.entries(tls).map(([index, context]) => tlsFact(index, context)),
    ...Object.entries(lines).map(([name, line]) => lineFact(name, line)),
  ]
}

const some = <T>(value: T | undefined, fact: (value: T) => DeviceFact | undefined): readonly DeviceFact[] => {
  const made = value === undefined ? undefined : fact(value)
  return made ? [made] : []
}

const fact = (about: string, says: string, tone: Tone, details: readonly string[] = []): DeviceFact => ({
  about,
  says,
  tone,
  details,
  copies: [`${about}: ${says}`, ...details].join('\n'),
})

const powers: Readonly<Record<string, readonly [string, Tone]>> = {
  on: ['On.', 'good'],
  off: ['Off: it answers nothing.', 'bad'],
  booting: ['Starting.', 'waiting'],
  leaving: ['Going off, or restarting.', 'waiting'],
}

const powerFact = (power: string) => fact('Power', ...(powers[power] ?? [power, 'plain']))

const sims: Readonly<Record<string, readonly [string, Tone]>> = {
  ready: ['Ready.', 'good'],
  removed: ['Not inserted.', 'bad'],
  unread: ['Being read.', 'waiting'],
  locked: ['Locked: it wants its PIN or PUK.', 'bad'],
}

function simFact({ kind, busy, pinTries, pukTries }: NonNullable<DeviceState['sim']>) {
  const [says, tone] = busy ? (['Busy: it answers no command.', 'bad'] as const) : (sims[kind] ?? [kind, 'plain'])
  const tries = kind === 'locked' ? [`${pinTries} tries for the PIN, ${pukTries} for the PUK`] : []
  return fact('SIM', says, tone, tries)
}

/** As `+CSQ` has it: 2 dB a step from -113 dBm on. */
export function signalFact(signal: number): DeviceFact {
  if (signal === 99) return fact('Signal', 'Not known.', 'waiting')
  const dbm = 2 * signal - 113
  const [word, tone] = ratings.find(([least]) => signal >= least)!.slice(1) as [string, Tone]
  return fact('Signal', `${word}, ${dbm} dBm.`, tone, [`+CSQ ${signal} of 31`])
}

const ratings: readonly (readonly [number, string, Tone])[] = [
  [20, 'Excellent', 'good'],
  [15, 'Good', 'good'],
  [10, 'Fair', 'waiting'],
  [2, 'Poor: connections get lost', 'bad'],
  [0, 'Hardly any', 'bad'],
]

const registrations: Readonly<Record<number, readonly [string, Tone]>> = {
  0: ['Not registered, not searching.', 'bad'],
  1: ['Registered at home.', 'good'],
  2: ['Searching for a network.', 'waiting'],
  3: ['Registration denied.', 'bad'],
  5: ['Registered, roaming.', 'good'],
}

function networkFact({ registration, coverage }: NonNullable<DeviceState['network']>) {
  if (coverage === 'silent') return fact('Network', 'Registered, but nothing comes through in either direction.', 'bad')
  if (registration === undefined) return coverage && fact('Network', `Coverage ${coverage}.`, 'plain')
  const [says, tone] = registrations[registration] ?? [`State ${registration}.`, 'plain']
  return fact('Network', coverage === 'down' ? `No coverage. ${says}` : says, coverage === 'down' ? 'bad' : tone)
}

function pdpFacts(contexts: Readonly<Record<string, ContextState>> = {}): readonly DeviceFact[] {
  const all = Object.entries(contexts)
  if (all.length === 0) return []
  const active = all.filter(([, { active }]) => active)
  const says =
    active.length === 0
      ? 'No PDP context is active: no IP.'
      : `PDP context ${active.map(([cid, { apn }]) => `${cid} is active${apn && `, APN ${apn}`}`).join('; ')}.`
  const others = all.filter(([, { active }]) => !active)
  return [
    fact(
      'Data',
      says,
      active.length === 0 ? 'bad' : 'good',
      others.map(([cid, { type, apn }]) => `context ${cid}: ${type}${apn && `, APN ${apn}`}, not active`),
    ),
  ]
}

const serviceFact = (service: string) =>
  service === 'started' ? fact('MQTT service', 'Started.', 'good') : fact('MQTT service', 'Stopped.', 'waiting')

function faultFact(faults: DeviceState['faults'] = {}): DeviceFact {
  const names = Object.values(faults).map(({ name }) => name)
  return names.length === 0 ? fact('Faults', 'None runs.', 'plain') : fact('Faults', `${names.join(', ')}.`, 'bad')
}

const kinds: Readonly<Record<string, readonly [string, Tone]>> = {
  free: ['Free.', 'plain'],
  acquired: ['Acquired, not connected.', 'waiting'],
  connecting: ['Connecting', 'waiting'],
  connected: ['Connected', 'good'],
  disconnecting: ['Disconnecting.', 'waiting'],
}

function clientFact(index: string, client: ClientState): DeviceFact {
  const [word, tone] = kinds[client.kind] ?? ['Not known.', 'plain']
  const server = client.server === undefined ? '' : ` to ${client.server}`
  const who = client.clientId === undefined ? '' : ` as ${client.clientId}`
  const says = word.endsWith('.') ? word : `${word}${server}${who}.`
  return fact(`Client ${index}`, says, tone, [...clientDetails(client), ...stagedDetails(client.staged)])
}

function clientDetails({ kind, clientId, serverType, userName, keepaliveTime, ...rest }: ClientState): string[] {
  const { cleanSession, filters = [], pending, congested, sslContext } = rest
  return [
    ...(kind === 'acquired' && clientId !== undefined ? [`client ID ${clientId}`] : []),
    ...(serverType === 1 ? [`TLS, SSL context ${sslContext ?? 'not chosen'}`] : []),
    ...(keepaliveTime === undefined
      ? []
      : [`keep-alive ${keepaliveTime} s, ${cleanSession ? 'clean' : 'kept'} session`]),
    ...(userName === undefined ? [] : [`user ${userName}`]),
    ...(filters.length > 0 ? [`subscribed: ${filters.join(', ')}`] : []),
    ...(pending ? [`waits for the result of ${pending.command}`] : []),
    ...(congested ? ['the server does not read: sending is held back'] : []),
  ]
}

const stagedDetails = ({ topic, payloadBytes, willTopic, willBytes }: NonNullable<ClientState['staged']> = {}) => [
  ...(topic === undefined ? [] : [`staged topic: ${topic}`]),
  ...(payloadBytes === undefined ? [] : [`staged payload: ${payloadBytes} bytes`]),
  ...(willTopic === undefined ? [] : [`will topic: ${willTopic}`]),
  ...(willBytes === undefined ? [] : [`will message: ${willBytes} bytes`]),
]

const authModes = [
  'nobody is verified',
  'verifies the server',
  'verifies the server, shows a certificate',
  'shows a certificate',
]

function tlsFact(index: string, { authMode, caCert, clientCert, enableSni }: TlsState): DeviceFact {
  const files = [caCert && `CA ${caCert}`, clientCert && `certificate ${clientCert}`].filter(Boolean)
  const says = `${authModes[authMode] ?? `authmode ${authMode}`}.`
  return fact(`TLS ${index}`, says, authMode === 0 ? 'waiting' : 'good', [...files, `SNI ${enableSni ? 'on' : 'off'}`])
}

function lineFact(name: string, { hasHost, echo, mode, command, wanted }: LineStatus): DeviceFact {
  const details = [`echo ${echo ? 'on' : 'off'}`]
  if (!hasHost) return fact(`Line ${name}`, 'No host has it open.', 'waiting', details)
  if (mode === 'data')
    return fact(`Line ${name}`, `Waits for ${wanted ?? 'some'} bytes of ${command}.`, 'waiting', details)
  if (mode === 'executing') return fact(`Line ${name}`, 'Executing a command.', 'waiting', details)
  return fact(`Line ${name}`, 'Takes commands.', 'good', details)
}
