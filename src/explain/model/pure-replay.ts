import { bytesOf, concat, textOf } from '../../at/syntax/bytes.ts'
import {
  createModuleConfig,
  type Effect,
  type Input,
  initialState,
  type ModuleConfig,
  type ModuleState,
  step,
} from '../../module/public.ts'

/** A module without a world around it: what it is told happens at once, and what it writes is text. */
export interface Replay {
  readonly config: ModuleConfig
  readonly state: ModuleState
}

const line = 1
/** Of the only connection that a replay has. */
const accepted = Uint8Array.of(0x20, 2, 0, 0)

/** A module that has started, with a host on its line and no echo. */
export function beginReplay(config: ModuleConfig): Replay {
  const begun = { config, state: initialState(config) }
  const attached = applied(applied(begun, { type: 'attach', line, name: 'log' }), { type: 'host', line, present: true })
  return say(attached, 'ATE0').replay
}

export const replayConfig = createModuleConfig

/** Types a command line; a prompt is filled with `data`. */
export function say(
  replay: Replay,
  command: string,
  data?: string,
): { readonly replay: Replay; readonly said: string } {
  const asked = send(replay, `${command}\r`)
  if (data === undefined || !asked.said.endsWith('>')) return asked
  const filled = send(asked.replay, data)
  return { replay: filled.replay, said: asked.said + filled.said }
}

function send(replay: Replay, text: string): { readonly replay: Replay; readonly said: string } {
  return told(replay, { type: 'bytes', line, bytes: bytesOf(text) })
}

/** Lets the server take the connection that was dialled last. */
export function letConnect(replay: Replay): Replay {
  const connection = replay.state.service.nextConnection - 1
  const dialled = applied(replay, { type: 'connected', connection })
  return applied(dialled, { type: 'received', connection, bytes: accepted })
}

export const applied = (replay: Replay, input: Input): Replay => told(replay, input).replay

function told({ config, state }: Replay, input: Input): { readonly replay: Replay; readonly said: string } {
  const done = step(config, state, input, 0)
  return { replay: { config, state: done.state }, said: done.effects.map(textWritten).join('') }
}

const textWritten = (effect: Effect): string => (effect.type === 'write' ? textOf(concat(effect.parts)) : '')
