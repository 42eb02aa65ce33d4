import type { AnsweredCommand, Situation } from './situation.ts'

const one =
  (...keys: readonly string[]) =>
  ({ call }: AnsweredCommand): boolean =>
    keys.includes(call.key)

const staging = one('willTopic', 'willMessage', 'topic', 'payload')
const asking = one('subscribe', 'unsubscribe', 'publish')
const start = one('start')
const connect = one('connect')

/** Refused with `<err>` before `ERROR`. */
const refused = ({ ok, code }: AnsweredCommand, ...codes: readonly number[]): boolean =>
  !ok && code !== undefined && codes.includes(code)

const given = ({ call: { form } }: AnsweredCommand, name: string): unknown => form?.values[name]

/** Of the client that an accepted CONNECT is about. */
const stagedFor = (seen: AnsweredCommand) =>
  connect(seen) && seen.ok && seen.client && 'acquired' in seen.client ? seen.client.acquired.staged : undefined

const isConnected = ({ client }: AnsweredCommand): boolean => client?.kind === 'connected'

/** What is refused while the service is stopped. */
const ofService = ({ call: { key, kind, command } }: AnsweredCommand): boolean =>
  kind !== 'test' && (key === 'stop' || command.needs !== undefined)

/** What was refused, or taken, in a state of the service or the client. */
const ofState: readonly Situation<AnsweredCommand>[] = [
  { id: 'conn-38', when: (seen) => ofService(seen) && !seen.ok && seen.serviceLost },
  { id: '2.2.1-r7', when: (seen) => start(seen) && seen.call.kind === 'test' },
  { id: '2.2.1-r8', when: (seen) => start(seen) && seen.call.kind === 'read' },
  { id: '2.2.2-r6', when: (seen) => one('stop')(seen) && seen.call.kind === 'test' },
  { id: 'state-5', when: (seen) => one('stop')(seen) && refused(seen, 19, 21) },
  { id: 'state-6', when: (seen) => one('acquire')(seen) && refused(seen, 19) },
  { id: 'state-7', when: (seen) => one('release')(seen) && refused(seen, 20) },
  { id: 'state-8', when: (seen) => one('release')(seen) && refused(seen, 14) },
  { id: 'state-9', when: (seen) => (staging(seen) || asking(seen) || connect(seen)) && refused(seen, 20) },
  { id: 'state-10', when: (seen) => one('willTopic', 'willMessage')(seen) && refused(seen, 14) },
  { id: 'state-12', when: (seen) => one('sslConfig')(seen) && !seen.ok && isConnected(seen) },
  { id: 'state-13', when: (seen) => connect(seen) && refused(seen, 14) },
  { id: 'state-14', when: (seen) => connect(seen) && refused(seen, 19, 13) },
  { id: 'state-15', when: (seen) => one('disconnect')(seen) && refused(seen, 11) },
  { id: 'state-16', when: (seen) => one('disconnect')(seen) && refused(seen, 14) },
  { id: 'state-17', when: (seen) => asking(seen) && refused(seen, 11) },
  {
    id: 'state-18',
    when: (seen) => one('topic', 'payload')(seen) && seen.ok && seen.client !== undefined && !isConnected(seen),
  },
  {
    id: 'state-19',
    when: (seen) => (one('topic', 'payload')(seen) || asking(seen)) && refused(seen, 14) && isConnected(seen),
  },
  { id: 'state-20', when: (seen) => seen.client?.kind === 'disconnecting' && refused(seen, 14) },
  { id: 'state-21', when: (seen) => one('publish')(seen) && refused(seen, 18) },
  { id: 'state-23', when: (seen) => (staging(seen) || asking(seen)) && refused(seen, 2) },
  { id: 'state-25', when: (seen) => one('willTopic', 'topic')(seen) && refused(seen, 12) },
  { id: 'state-26', when: (seen) => one('subscribe', 'unsubscribe')(seen) && refused(seen, 12) },
  {
    id: 'state-27',
    when: ({ call: { command, kind, form, first } }) =>
      command.needs === 'client' && kind === 'write' && form === undefined && first > 1,
  },
]

/** What CONNECT sends, and what SUB, UNSUB and DISC do with what stands in them. */
const ofParameters: readonly Situation<AnsweredCommand>[] = [
  {
    id: 'conn-2',
    when: (seen) => stagedFor(seen)?.willTopic !== undefined && stagedFor(seen)?.willMessage === undefined,
  },
  {
    id: 'conn-3',
    when: (seen) => stagedFor(seen)?.willMessage !== undefined && stagedFor(seen)?.willTopic === undefined,
  },
  { id: 'conn-4', when: (seen) => stagedFor(seen)?.willTopic !== undefined },
  { id: 'conn-5', when: (seen) => one('willTopic', 'willMessage')(seen) && seen.ok && isConnected(seen) },
  { id: 'conn-7', when: (seen) => connect(seen) && seen.ok && hostOf(seen).includes(':') },
  {
    id: 'conn-9',
    when: (seen) =>
      connect(seen) && seen.ok && given(seen, 'userName') !== undefined && given(seen, 'password') === undefined,
  },
  {
    id: 'conn-31',
    when: (seen) => one('disconnect')(seen) && seen.call.form !== undefined && given(seen, 'timeout') === undefined,
  },
  {
    id: 'life-22',
    when: (seen) => connect(seen) && seen.ok && given(seen, 'cleanSession') !== 1 && hasSession(seen),
  },
  { id: 'pub-9', when: (seen) => one('subscribe', 'unsubscribe')(seen) && given(seen, 'dup') === 1 },
  { id: 'pub-17', when: (seen) => one('subscribe')(seen) && seen.call.kind === 'read' && seen.ok },
]

const hostOf = (seen: AnsweredCommand): string => {
  const address = given(seen, 'serverAddress') as { readonly host: string } | undefined
  return address?.host ?? ''
}

/** A session of this client is kept, with this server or another. */
function hasSession({ client, before }: AnsweredCommand): boolean {
  if (!client || client.kind === 'free') return false
  const id = String.fromCharCode(...client.acquired.clientId)
  return Object.keys(before.service.sessions).some((key) => key.startsWith(`${id}\n`))
}

/** `+CME ERROR` numbers; where the command decides, by its key. */
const cmeIds: readonly (readonly [id: string, numbers: readonly number[], key?: string])[] = [
  ['cme-4', [3], 'pin'],
  ['cme-5', [3], 'functionality'],
  ['cme-6', [3], 'clock'],
  ['cme-7', [10]],
  ['cme-8', [11, 12]],
  ['cme-9', [13]],
  ['cme-10', [14]],
  ['cme-11', [16]],
  ['cme-12', [30]],
  ['cme-13', [100]],
  ['cme-14', [111]],
  ['cme-15', [127]],
  ['cme-16', [311, 312, 313]],
  ['cme-17', [521]],
]

const ofCme: readonly Situation<AnsweredCommand>[] = cmeIds.map(([id, numbers, key]) => ({
  id,
  when: ({ cme, call }) => cme !== undefined && numbers.includes(cme) && (key === undefined || call.key === key),
}))

/** What follows a command that ends the device's connection with the network, or brings it back. */
const ofDevice: readonly Situation<AnsweredCommand>[] = [
  { id: 'device-6', when: (seen) => one('functionality')(seen) && seen.ok && [0, 4].includes(seen.call.first) },
  {
    id: 'device-7',
    when: (seen) =>
      one('functionality')(seen) && seen.ok && seen.call.first === 1 && seen.before.cellular.radio.fun !== 1,
  },
  { id: 'device-8', when: (seen) => seen.ok && (one('restart')(seen) || given(seen, 'reset') === 1) },
  { id: 'device-9', when: (seen) => one('powerOff')(seen) && seen.ok },
]

export const exchangeSituations: readonly Situation<AnsweredCommand>[] = [
  ...ofState,
  ...ofParameters,
  ...ofCme,
  ...ofDevice,
]
