import { generalUrcs, urcs } from '../../at/urcs.ts'
import type { ModuleState } from '../../module/public.ts'
import type { DeferredCode, Happening, Situation } from './situation.ts'

const clientsOf = ({ service: { mqtt } }: ModuleState) => (mqtt.kind === 'started' ? mqtt.clients : [])
const kindOf = (state: ModuleState, client: number | undefined) => clientsOf(state)[client ?? -1]?.kind
const isAnyConnected = (state: ModuleState): boolean => clientsOf(state).some(({ kind }) => kind === 'connected')

const says = ({ outputs }: Happening, text: string): boolean => outputs.some((output) => output.includes(`\r\n${text}`))
const saysLine = (seen: Happening, text: string): boolean => says(seen, `${text}\r\n`)
const lost = (seen: Happening, cause: number): boolean =>
  [0, 1].some((client) => saysLine(seen, `${urcs.connectionLost.name}: ${client},${cause}`))

const someResult = ({ results }: Happening, fits: (result: DeferredCode) => boolean): boolean => results.some(fits)

/** How an attempt to connect ended. */
const attempt = (seen: Happening, ...codes: readonly number[]): boolean =>
  someResult(
    seen,
    (r) => r.key === 'connect' && codes.includes(r.code) && kindOf(seen.before, r.client) === 'connecting',
  )

const overTls = (seen: Happening): boolean =>
  clientsOf(seen.before).some((client) => client.kind === 'connecting' && client.acquired.serverType === 1)

/** The SSL context of a TLS attempt verifies the server. */
function verifies({ before }: Happening): boolean {
  return clientsOf(before).some((client, index) => {
    if (client.kind !== 'connecting' || client.acquired.serverType !== 1) return false
    const { authMode } = before.service.sslContexts[client.acquired.sslContext ?? index]!
    return authMode === 1 || authMode === 2
  })
}

const operations: readonly string[] = ['publish', 'subscribe', 'unsubscribe']

/** START, CONNECT, and the ends of connections. */
const ofConnections: readonly Situation<Happening>[] = [
  { id: 'state-3', when: (seen) => someResult(seen, ({ key, code }) => key === 'start' && (code === 7 || code === 1)) },
  { id: 'state-4', when: (seen) => someResult(seen, ({ key, code }) => key === 'start' && code === 9) },
  { id: 'conn-11', when: (seen) => attempt(seen, 25) },
  { id: 'conn-12', when: (seen) => attempt(seen, 3) && !saysLine(seen, urcs.noNetwork.name) },
  { id: 'conn-13', when: (seen) => attempt(seen, 26) && !overTls(seen) },
  { id: 'conn-14', when: (seen) => attempt(seen, 17) && !overTls(seen) },
  { id: 'conn-15', when: (seen) => attempt(seen, 24) },
  { id: 'conn-16', when: (seen) => attempt(seen, 27, 28, 29, 30, 31) },
  { id: 'conn-18', when: (seen) => attempt(seen, 3) && saysLine(seen, urcs.noNetwork.name) },
  { id: 'conn-19', when: (seen) => attempt(seen, 32, 33, 34, 17, 26) && overTls(seen) },
  { id: 'tls-18', when: (seen) => attempt(seen, 0) && verifies(seen) },
  { id: 'conn-23', when: (seen) => lost(seen, 1) },
  { id: 'conn-24', when: (seen) => lost(seen, 2) && seen.input.type === 'ended' },
  { id: 'conn-25', when: (seen) => lost(seen, 2) && seen.input.type === 'time' },
  { id: 'conn-26', when: (seen) => lost(seen, 2) && seen.input.type === 'received' },
  { id: 'conn-28', when: (seen) => lost(seen, 3) },
  {
    id: 'conn-33',
    when: (seen) => someResult(seen, ({ key, code }) => key === 'disconnect' && code === 35),
  },
  { id: 'conn-37', when: (seen) => saysLine(seen, urcs.noNetwork.name) && !isAnyConnected(seen.before) },
  { id: 'conn-42', when: ({ input }) => input.type === 'network' && input.coverage === 'silent' },
  { id: 'conn-46', when: ({ effects }) => effects.some(({ type }) => type === 'abandon') },
]

/** Results of PUB, SUB and UNSUB, and received messages. */
const ofMessages: readonly Situation<Happening>[] = [
  {
    id: 'pub-3',
    when: (seen) => someResult(seen, ({ key, code }) => operations.includes(key) && code === 17),
  },
  { id: 'pub-5', when: (seen) => someResult(seen, ({ key, code }) => key === 'subscribe' && code === 1) },
  {
    id: 'life-27',
    when: (seen) => someResult(seen, ({ key, code }) => operations.includes(key) && code === 6),
  },
  { id: 'recv-1', when: (seen) => says(seen, `${urcs.receiveStart.name}: `) },
  {
    id: 'recv-3',
    when: ({ outputs }) => outputs.some((text) => text.split(`\r\n${urcs.receivePayload.name}: `).length > 2),
  },
  { id: 'prof-38', when: (seen) => says(seen, `${urcs.receive.name}: `) },
]

const linesOf = ({ lines }: ModuleState) => new Map(lines.map((line) => [line.id, line]))

/** The line itself: data, prompts, several lines, what is held back. */
const ofLines: readonly Situation<Happening>[] = [
  { id: 'line-20', when: ({ ignored }) => ignored },
  {
    id: 'line-29',
    when: ({ effects }) =>
      effects.some((effect) => effect.type === 'typed' && effect.as !== 'command' && effect.echo !== undefined),
  },
  {
    id: 'line-36',
    when: ({ before, after }) =>
      after.lines.some(({ id, heldBytes }) => heldBytes > (linesOf(before).get(id)?.heldBytes ?? 0)),
  },
  {
    id: 'line-65',
    when: ({ input, before, after }) =>
      input.type === 'time' &&
      after.lines.some(({ id, mode }) => mode.kind === 'command' && hadUnfilledPrompt(before, id)),
  },
  {
    id: 'line-8',
    when: ({ input, after }) =>
      input.type === 'host' && !input.present && linesOf(after).get(input.line)?.mode.kind === 'data',
  },
]

function hadUnfilledPrompt(state: ModuleState, id: number): boolean {
  const mode = linesOf(state).get(id)?.mode
  return mode?.kind === 'data' && mode.stuck === undefined
}

/** Power and SIM. */
const ofPower: readonly Situation<Happening>[] = [
  {
    id: 'device-2',
    when: ({ input, before }) =>
      input.type === 'bytes' && before.cellular.power.kind === 'booting' && !before.cellular.power.awake,
  },
  { id: 'device-3', when: (seen) => saysLine(seen, `${generalUrcs.pin.name}: SIM PIN`) && seen.answered.length === 0 },
  {
    id: 'device-5',
    when: ({ input }) => input.type === 'sim' && (input.action === 'insert' || input.action === 'remove'),
  },
]

export const happeningSituations: readonly Situation<Happening>[] = [
  ...ofConnections,
  ...ofMessages,
  ...ofLines,
  ...ofPower,
]
