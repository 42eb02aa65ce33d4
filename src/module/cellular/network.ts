import { Err } from '../../at/commands/err.ts'
import { urcs } from '../../at/commands/urc.ts'
import { clientAt, clientIndices, contextsOf } from '../service/clients.ts'
import { connectFailed, connectionEnded, loseConnection } from '../service/connection.ts'
import type { Network, PdpContext } from '../state.ts'
import { type Turn, urcText } from '../turn.ts'

export const initialNetwork: Network = {
  coverage: 'up',
  contexts: [{ cid: 1, type: 'IP', apn: 'internet', active: true }],
}

/** Registered on a network, whether or not anything comes through. */
export const isUp = ({ network }: Pick<Turn, 'network'>): boolean => network.coverage !== 'down'

export const contextOf = ({ network }: Turn, cid: number): PdpContext | undefined =>
  network.contexts.find((context) => context.cid === cid)

export function setContexts(turn: Turn, contexts: readonly PdpContext[]): void {
  turn.network = { ...turn.network, contexts }
}

export function activateContext(turn: Turn, cid: number): void {
  if (!contextOf(turn, cid)) setContexts(turn, [...turn.network.contexts, { cid, type: 'IP', apn: '', active: false }])
  switchContexts(turn, true, cid)
}

/** Switches one context, or all; the one that START activated carries MQTT. */
export function switchContexts(turn: Turn, active: boolean, cid?: number): void {
  setContexts(
    turn,
    turn.network.contexts.map((context) =>
      cid === undefined || context.cid === cid ? { ...context, active } : context,
    ),
  )
  const { started } = contextsOf(turn)
  if (!active && (cid ?? started) === started) serviceLost(turn)
}

/** Coverage comes, goes, or goes silent; context 1 is up whenever the module is attached. */
export function setCoverage(turn: Turn, coverage: Network['coverage']): void {
  const wasUp = isUp(turn)
  turn.network = { ...turn.network, coverage }
  if (coverage === 'down') switchContexts(turn, false)
  else if (!wasUp) activateContext(turn, 1)
  turn.effects.push({ type: 'coverage', silent: coverage === 'silent' })
}

/** The network under the MQTT service is gone: per connected client CONNLOST, then NONET once; the service stops. */
function serviceLost(turn: Turn): void {
  if (turn.service.kind === 'stopped') return
  for (const index of clientIndices) {
    const client = clientAt(turn, index)
    connectFailed(turn, index, client, Err.socketConnect)
    loseConnection(turn, index, client, 'network')
    if (client.kind === 'disconnecting') connectionEnded(turn, index, client, 'reset')
  }
  turn.service = { kind: 'stopped' }
  urcText(turn, urcs.noNetwork.name)
}
