import type { Clock } from '../../io/runtime/runtime.ts'
import { CmeError } from '../commands/errors.ts'
import { firstValue } from '../commands/identity.ts'
import type { Modem } from '../commands/modem.ts'
import { OnlineError } from '../protocol/errors.ts'
import { poll } from '../protocol/wait.ts'

/** `busy`: not read yet, or a failure that may pass. */
type SimState = 'ready' | 'pin' | 'puk' | 'none' | 'busy'

const readLimits = { everyMs: 500, timeoutMs: 20_000 }
/** What a SIM has while no wrong PIN was given. */
const allTries = 3
const simNotInserted = 10
const pinRequired = 11
const pukRequired = 12
const incorrectPassword = 16

/** Unlocks the SIM with the PIN, if it wants one. A wrong PIN is never tried twice: the third try locks the SIM. */
export async function unlockSim(
  modem: Modem,
  clock: Clock,
  pin: string | undefined,
  refused?: Set<string>,
): Promise<void> {
  const state = await settledState(modem, clock)
  if (state === 'ready') return
  if (state !== 'pin') throw failure(state)
  if (pin === undefined) {
    throw new OnlineError('pinWanted', 'The SIM wants its PIN: give it as the option pin.')
  }
  if (!/^\d{4,8}$/.test(pin)) throw new OnlineError('pinWrong', 'The PIN must be 4 to 8 digits; it was not tried.')
  await assertUntried(modem)
  await enterOnce(modem, pin, refused)
  const after = await poll(clock, readLimits, async () => ((await simState(modem)) === 'ready' ? true : undefined))
  if (!after) throw failure(await simState(modem))
}

async function settledState(modem: Modem, clock: Clock): Promise<SimState> {
  const settled = await poll(clock, readLimits, async () => {
    const state = await simState(modem)
    return state === 'busy' ? undefined : state
  })
  return settled ?? 'busy'
}

async function simState(modem: Modem): Promise<SimState> {
  try {
    const lines = await modem.general.pin.read()
    return stateOf(firstValue(lines.slice(-1)))
  } catch (error) {
    if (modem.chat.closed || error instanceof OnlineError) throw error
    if (!(error instanceof CmeError)) return 'busy'
    if (error.code === simNotInserted) return 'none'
    if (error.code === pinRequired) return 'pin'
    return error.code === pukRequired ? 'puk' : 'busy'
  }
}

function stateOf(code: string): SimState {
  if (code === 'READY') return 'ready'
  if (code === 'SIM PIN') return 'pin'
  if (code === 'SIM PUK') return 'puk'
  return code === 'NOT INSERTED' || code === 'SIM REMOVED' ? 'none' : 'busy'
}

/** Somebody, perhaps an earlier run of this program, gave a wrong PIN: this one could be the same. */
async function assertUntried(modem: Modem): Promise<void> {
  const tries = await modem.command('AT+SPIC').then(
    (lines) => Number.parseInt(firstValue(lines), 10),
    () => allTries,
  )
  if (!(tries < allTries)) return
  throw new OnlineError(
    'pinWrong',
    `A wrong PIN was given before and the SIM has ${tries} tries left, so this PIN was not tried: unlock the SIM once by hand, in a phone or with AT+CPIN.`,
  )
}

const refusedBy = new WeakMap<Modem, Set<string>>()

async function enterOnce(modem: Modem, pin: string, refused = refusedPinsOf(modem)): Promise<void> {
  if (refused.has(pin))
    throw new OnlineError(
      'pinWrong',
      'The SIM refused this PIN before and it is not tried again: check it in a phone, then start anew.',
    )
  refused.add(pin)
  await enter(modem, pin)
  refused.delete(pin)
}

function refusedPinsOf(modem: Modem): Set<string> {
  const refused = refusedBy.get(modem) ?? new Set<string>()
  refusedBy.set(modem, refused)
  return refused
}

async function enter(modem: Modem, pin: string): Promise<void> {
  try {
    await modem.command(`AT+CPIN="${pin}"`)
  } catch (error) {
    const wrong = error instanceof CmeError && error.code === incorrectPassword
    const what = wrong ? 'The PIN is wrong' : 'The SIM did not accept the PIN'
    throw new OnlineError(
      'pinWrong',
      `${what}: it is not tried again, because the SIM locks after three wrong ones; check it in a phone.`,
      error,
    )
  }
}

function failure(state: SimState): OnlineError {
  switch (state) {
    case 'none':
      return new OnlineError('noSim', 'There is no SIM in the module: insert one and restart the module.')
    case 'puk':
      return new OnlineError('pukWanted', 'The SIM is locked and wants its PUK: unlock it in a phone.')
    default:
      return new OnlineError('simFailure', 'The SIM can not be read: take it out, clean it, and restart the module.')
  }
}
