import { memoryLine } from '../../io/transports/memory.ts'
import { byHand } from '../term/term-screen.ts'
import type { Running } from './module-start.ts'

/** How long results of commands may take, in s. */
const timeout = 200

/** An AT line for the person at the terminal. Resolves when that person leaves. */
export async function runPrompt({ attach, profile }: Pick<Running, 'attach' | 'profile'>): Promise<void> {
  const line = memoryLine('terminal')
  attach(line.accepted, 'terminal')
  await byHand({ profile, plain: false, timeout, wait: 0 }, line.dial())
}
