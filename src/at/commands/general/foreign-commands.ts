import { command } from '../command.ts'
import { keyword, secret, text } from '../param.ts'

const password = secret(text(1, 16), { hides: 'command' })

/** Commands that real modules have and ours does not: known for what must not be shown, and not be sent unasked. */
export const foreignCommands = {
  changePassword: command({
    name: '+CPWD',
    risk: 'pinTries',
    title: 'Change the PIN',
    cite: 'general',
    write: { change: { params: { facility: keyword('SC'), old: password, new: password }, outcome: 'final' } },
  }),
}
