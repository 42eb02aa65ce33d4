import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'
import { parseTranscript } from '../language/parse.ts'
import { type PlayOptions, playTranscript } from './play.ts'

export interface ScriptedStream extends ByteStream {
  readonly sent: string[]
  /** Sends to the host, in pieces of `size` bytes. */
  reply(text: string, size?: number): void
}

/** A stream whose other end answers the nth write with the nth text. */
export function scripted(answers: readonly string[] = [], size?: number): ScriptedStream {
  let deliver: (bytes: Uint8Array) => void = () => {}
  const sent: string[] = []
  const reply: ScriptedStream['reply'] = (text, pieces = size ?? text.length) => {
    for (let at = 0; at < text.length; at += pieces) deliver(bytesOf(text.slice(at, at + pieces)))
  }
  return {
    sent,
    reply,
    address: 'scripted',
    start: (events) => {
      deliver = (bytes) => events.data(bytes)
    },
    write: (bytes) => reply(answers[sent.push(textOf(bytes)) - 1] ?? ''),
    backlog: () => 0,
    pause() {},
    resume() {},
    close: async () => {},
  }
}

export interface ManualClock extends Clock {
  advance(ms: number): Promise<void>
}

export function manualClock(): ManualClock {
  let now = 0
  const timers = new Map<object, { at: number; callback: () => void }>()
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return {
    now: () => now,
    after(delayMs, callback) {
      const key = {}
      timers.set(key, { at: now + delayMs, callback })
      return () => timers.delete(key)
    },
    async advance(ms) {
      await settled()
      now += ms
      for (const [key, { at, callback }] of timers) {
        if (at > now) continue
        timers.delete(key)
        callback()
      }
      await settled()
    },
  }
}

export function play(text: string, stream: ByteStream, options: Partial<PlayOptions> = {}): Promise<void> {
  const played = playTranscript(parseTranscript(text, 'x.at'), stream, { clock: manualClock(), ...options })
  played.catch(() => {})
  return played
}
