import { memoryLine } from '../../io/transports/memory.ts'
import type { RunningModule } from '../../launch/running-module.ts'
import { adviserFor } from '../term/term-line.ts'
import { byHand } from '../term/term-screen.ts'

/** How long results of commands may take, in s. */
const timeout = 200

/** An AT line for the person at the terminal. Resolves when that person leaves. */
export async function runPrompt(module: RunningModule): Promise<void> {
  const adviser = await adviserFor(module.profile)
  const line = memoryLine('terminal')
  module.attach(line.accepted, 'terminal')
  await byHand({ profile: module.profile, plain: false, timeout, wait: 0, adviser }, line.dial())
}
