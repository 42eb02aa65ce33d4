import { CR } from '../../at/syntax/bytes.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'
import type { Chat } from './chat.ts'
import { OnlineError, PortBusyError, PortClosedError } from './errors.ts'
import { type Probe, probe } from './probe.ts'
import { wait } from './wait.ts'

export interface SynchroniseOptions {
  /** Speeds to try, bits per second, where the port has one; the first that answers stays set. */
  readonly bauds?: readonly number[]
  /** How often the whole is tried, for a module that is still starting; 2. */
  readonly attempts?: number
}

/** Who is told while nothing answers, and asked who else may be there. */
export interface SilenceWatch {
  /** Nothing has answered for 3 s, and it is tried on: one sentence. */
  silent?(sentence: string): void
  /** Who else has the port open, and what to do about it, where that is known. */
  holder?(): string | undefined
}

export interface Synchronised {
  /** The speed at which the module answered, where there was a choice. */
  readonly baud?: number
  /** A prompt that an earlier program had left open was filled: what is staged, subscribed or stored may be junk. */
  readonly filledPrompt: boolean
}

/** Synchronises the line: the module answers, and no line of an earlier command is still to come. */
export async function synchronise(
  chat: Chat,
  clock: Clock,
  options: SynchroniseOptions & SilenceWatch = {},
): Promise<Synchronised> {
  const bauds = chat.port.setBaud && options.bauds?.length ? options.bauds : [undefined]
  const where = placeOf(chat.port, bauds)
  const told = clock.after(silentMs, () => chat.closed || options.silent?.(noAnswerYet(where)))
  try {
    for (let attempt = 0; attempt < (options.attempts ?? 2); attempt++) {
      const found =
        (await firstAnswering(chat, bauds, () => probe(chat))) ??
        (await firstAnswering(chat, bauds, () => closeStuckPrompt(chat, clock)))
      if (found) return found
    }
  } finally {
    told()
  }
  if (chat.closed) throw chat.closedBy instanceof PortBusyError ? chat.closedBy : new PortClosedError('')
  throw new OnlineError('noAnswer', noAnswer(where, options.holder?.()))
}

/** Nobody waits longer without being told, in ms. */
const silentMs = 3000

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

/** A port, and the speeds that are tried on it. */
function placeOf({ address, baud }: ByteStream, bauds: readonly (number | undefined)[]): string {
  const speeds = bauds.map((each) => each ?? baud).filter((each) => each !== undefined)
  return speeds.length === 0 ? address : `${address} at ${speeds.join(', ')} baud`
}

const noAnswerYet = (where: string): string =>
  `No answer yet on ${where}: trying on, with AT, and as if an earlier program had left a prompt open; this may take half a minute a speed.`

const noAnswer = (where: string, holder: string | undefined): string =>
  `Nothing answers AT on ${where}: check that the module is on, that this is its AT port and speed, and that no other program ${
    holder === undefined ? 'such as ModemManager talks on it.' : `talks on it: it is open in ${holder}.`
  }`

/** The longest prompt of any family, in bytes. */
const longestPrompt = 10_240
const firstBlock = 16
/** How long a module may take to say that its prompt is full, beyond the time on the line, in ms. */
const readMs = 250
/** Per byte at 9600 bit/s, in ms. */
const byteMs = 1.1

/**
 * Fills a prompt that a killed host left open with CR, in growing blocks, until the module answers: behind a prompt CR
 * is data, in command state an empty line. The first block also ends a command line that was left half typed.
 */
async function closeStuckPrompt(chat: Chat, clock: Clock): Promise<Probe> {
  if (await saysSomething(chat, clock, firstBlock)) return filled(await probe(chat))
  const found = await probe(chat)
  if (found !== 'silent') return found
  for (let sent = firstBlock, size = firstBlock; sent < longestPrompt && !chat.closed; size *= 2) {
    const block = Math.min(size, longestPrompt - sent)
    sent += block
    if (await saysSomething(chat, clock, block)) return filled(await probe(chat))
  }
  return probe(chat)
}

const filled = (found: Probe): Probe => (found === 'answers' ? 'filled' : found)

/** Sends a block of CR; true when a final result comes: the prompt is full. */
async function saysSomething(chat: Chat, clock: Clock, block: number): Promise<boolean> {
  let heard = false
  const hear = () => {
    heard = true
  }
  chat.on('stray', hear)
  void chat.sendRaw(new Uint8Array(block).fill(CR))
  await wait(clock, readMs + byteMs * block)
  chat.off('stray', hear)
  return heard
}
