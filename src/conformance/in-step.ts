import { SilentModule } from './silent-module.ts'
import type { SuiteChat } from './suite-chat.ts'

/** Its answer looks like no other: an `OK` alone may be that of something before. */
const question = 'AT+CMEE?'
const answerMs = 2000
/** The longest that a prompt takes. */
const longestPrompt = 10_240
/** Several lines may lie between us and the answer to the question. */
const tries = 5

/**
 * Gets an answer from a module in whatever state: it may have a prompt open, a line half typed, results switched off, a
 * command under way. Rejects with a `SilentModule` when it says nothing for as long as filling the longest prompt takes.
 */
export async function intoStep(chat: SuiteChat): Promise<void> {
  chat.send('ATQ0V1E1\r')
  await chat.quiet(100, answerMs)
  if (await answers(chat)) return
  await fillPrompt(chat)
  for (let i = 0; i < tries; i++) if (await answers(chat)) return
  throw new SilentModule(question, tries * answerMs)
}

async function answers(chat: SuiteChat): Promise<boolean> {
  const { lines, final } = await chat.ask(question, answerMs)
  return final === 'OK' && lines.some((line) => line.startsWith('+CMEE:'))
}

/** CR is an empty line where commands are read, and a byte of the data behind a prompt: it ends when that is full. */
async function fillPrompt(chat: SuiteChat): Promise<void> {
  for (let sent = 0, block = 16; sent < longestPrompt; sent += block, block = Math.min(2 * block, 1024)) {
    chat.send('\r'.repeat(block))
    if (await chat.line(/^(OK|ERROR)$/, 100)) return
  }
}
