import type { Clock } from '../../io/runtime/runtime.ts'
import type { Modem } from '../commands/modem.ts'
import { type PromptCleanup, type UndoOptions, undoFilledPrompt } from '../protocol/prompt-cleanup.ts'
import { type SilenceWatch, type Synchronised, type SynchroniseOptions, synchronise } from '../protocol/synchronise.ts'
import { type AccessPoint, setAccessPoint } from './access-point.ts'
import { type Registration, waitForNetwork } from './registration.ts'
import { unlockSim } from './sim.ts'

export interface OnlineOptions extends AccessPoint, SynchroniseOptions, UndoOptions {
  /** 4 to 8 digits; tried once. */
  readonly pin?: string
  /** PINs that were refused, to be kept for as long as a device is used: not every firmware tells the tries left. Without it the modem remembers. */
  readonly refusedPins?: Set<string>
  /** How long registration is waited for, in s; 180. */
  readonly networkTimeout?: number
}

export interface Online {
  readonly line: Synchronised
  /** Where a prompt had been left open: what filling it had done. */
  readonly promptCleanup?: PromptCleanup
  readonly registration: Registration
}

/** Brings a module online, whatever state an earlier program has left it in: synchronised, SIM unlocked, registered. Rejects with an `OnlineError`. */
export async function bringOnline(
  modem: Modem,
  clock: Clock,
  options: OnlineOptions & SilenceWatch = {},
): Promise<Online> {
  const { line, promptCleanup } = await bringIntoStep(modem, clock, options)
  await modem.general.echo({ echo: 0 })
  await modem.general.errorReports({ n: 1 })
  await unlockSim(modem, clock, options.pin, options.refusedPins)
  await setAccessPoint(modem, options)
  const registration = await waitForNetwork(modem, clock, 1000 * (options.networkTimeout ?? 180))
  return { line, ...(promptCleanup && { promptCleanup }), registration }
}

/** Synchronises the line, and cleans up behind a prompt that had to be filled. */
export function bringIntoStep(
  modem: Modem,
  clock: Clock,
  options: SynchroniseOptions & UndoOptions & SilenceWatch = {},
) {
  return modem.alone(async (chat) => {
    const line = await synchronise(chat, clock, options)
    if (!line.filledPrompt) return { line }
    modem.stagedIsDirty()
    const promptCleanup = await undoFilledPrompt(chat, clock, options)
    modem.promptWasFilled(promptCleanup)
    return { line, promptCleanup }
  })
}
