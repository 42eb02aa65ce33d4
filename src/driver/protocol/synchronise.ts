import type { Clock } from '../../io/runtime/runtime.ts'
import type { Chat } from './chat.ts'
import { OnlineError, PortClosedError } from './errors.ts'
import { type Probe, probe } from './probe.ts'
import { closeStuckPrompt } from './stuck-prompt.ts'

export interface SynchroniseOptions {
  /** Speeds to try, bits per second, where the port has one; the first that answers stays set. */
  readonly bauds?: readonly number[]
  /** How often the whole is tried, for a module that is still starting; 2. */
  readonly attempts?: number
}

export interface Synchronised {
  /** The speed at which the module answered, where there was a choice. */
  readonly baud?: number
  /** A prompt that somebody had left open was filled up: what is staged, subscribed or stored may be junk. */
  readonly filledPrompt: boolean
}

/** Gets the line into step: the module answers, and nothing of what came before is still to come. */
export async function synchronise(chat: Chat, clock: Clock, options: SynchroniseOptions = {}): Promise<Synchronised> {
  const bauds = chat.port.setBaud && options.bauds?.length ? options.bauds : [undefined]
  for (let attempt = 0; attempt < (options.attempts ?? 2); attempt++) {
    const found =
      (await firstAnswering(chat, bauds, () => probe(chat))) ??
      (await firstAnswering(chat, bauds, () => closeStuckPrompt(chat, clock)))
    if (found) return found
  }
  if (chat.closed) throw new PortClosedError('')
  throw new OnlineError('noAnswer', noAnswer(chat.port.address, bauds))
}

async function firstAnswering(
  chat: Chat,
  bauds: readonly (number | undefined)[],
  ask: () => Promise<Probe>,
): Promise<Synchronised | undefined> {
  for (const baud of bauds) {
    if (baud !== undefined) await chat.port.setBaud?.(baud)
    const found = await ask()
    if (found === 'silent') continue
    chat.realigned()
    return { ...(baud !== undefined && { baud }), filledPrompt: found === 'filled' }
  }
  return undefined
}

function noAnswer(address: string, bauds: readonly (number | undefined)[]): string {
  const speeds = bauds.filter((baud) => baud !== undefined).join(', ')
  const where = speeds === '' ? address : `${address} at ${speeds} baud`
  return (
    `Nothing answers AT on ${where}: check that the module is on, that this is its AT port and speed, ` +
    'and that no other program such as ModemManager talks on it.'
  )
}
