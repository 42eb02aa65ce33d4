import { CR } from '../../at/syntax/bytes.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { Chat } from './chat.ts'
import { type Probe, probe } from './probe.ts'
import { wait } from './wait.ts'

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
export async function closeStuckPrompt(chat: Chat, clock: Clock): Promise<Probe> {
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

/** Sends a block of CR and reads; a prompt that is full says so. */
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
