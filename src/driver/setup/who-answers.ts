import type { Clock } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'
import { firstValue } from '../commands/identity.ts'
import { Chat } from '../protocol/chat.ts'

/** Who is at the other end of a port. `sentences`: NMEA 0183, the positions of a GNSS receiver. */
export type Speaker =
  | { readonly kind: 'module'; readonly model: string }
  | { readonly kind: 'sentences' }
  | { readonly kind: 'silent' }

/** How long an answer may take, in ms. */
const answerMs = 800
/** A module that finds out the speed by itself may lose the first `AT`. */
const attempts = 2

/** Asks a port with `AT` and `AT+CGMM`, which change nothing, and closes it. What is no module gets nothing else. */
export async function whoAnswers(port: ByteStream, clock: Clock): Promise<Speaker> {
  let heardSentence = false
  const trace = (line: string) => {
    heardSentence ||= /^< \$[A-Z]{2}/.test(line)
  }
  const chat = new Chat({ port, clock, trace })
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      if ((await ask(chat, 'AT')) === undefined) continue
      return { kind: 'module', model: firstValue((await ask(chat, 'AT+CGMM')) ?? []) }
    }
    return { kind: heardSentence ? 'sentences' : 'silent' }
  } finally {
    await chat.close()
  }
}

/** The lines in front of `OK`; undefined: no `OK`. */
async function ask(chat: Chat, line: string): Promise<readonly string[] | undefined> {
  chat.realigned()
  const answer = await chat.exchange({ line, name: line.slice(2), information: 'any', finalMs: answerMs })
  return answer.kind === 'ok' ? answer.lines : undefined
}
