import { connectionAdvice } from './advice/connection-advice.ts'
import { generalAdvice, refusedElsewhere, refusedWithoutCode, unknownCode } from './advice/general-advice.ts'
import { messageAdvice } from './advice/message-advice.ts'
import type { Advice, AdviceRow, CommandKey } from './advice/rows.ts'
import { serviceAdvice } from './advice/service-advice.ts'
import { mqttCommands } from './commands/mqtt/mqtt-commands.ts'
import { siblingCommands } from './commands/mqtt/sibling-commands.ts'
import type { Family } from './profiles/profile.ts'
import { defaultProfile } from './profiles/profiles.ts'

const rows: Readonly<Record<CommandKey, Readonly<Record<string, AdviceRow>>>> = {
  ...serviceAdvice,
  ...connectionAdvice,
  ...messageAdvice,
}

const { mqtt } = defaultProfile
const commands = Object.entries({ ...mqttCommands(mqtt), ...siblingCommands(mqtt) })
const keys: ReadonlyMap<string, CommandKey> = new Map(commands.map(([key, { name }]) => [name, key as CommandKey]))

/** What a command failed with: its `<err>`, or a bare `ERROR`. */
export type FailureCode = number | 'ERROR'

/**
 * What a failure means behind this command of this family; undefined: none of the family's modules is known to give it
 * there. `command`: its name, `+CMQTTPUB`.
 */
export function ownAdvice(command: string, code: FailureCode, family: Family): Advice | undefined {
  const key = keys.get(command)
  const row = key && rows[key][code]
  if (row === undefined) return undefined
  return 'meaning' in row ? row : (row[family] ?? row.others)
}

/** What a failure means, and what to do: of this command and family, or else what is true of the code behind any command. */
export function adviceFor(command: string, code: FailureCode, family: Family): Advice {
  return (
    ownAdvice(command, code, family) ?? (code === 'ERROR' ? refusalOf(command) : (generalAdvice[code] ?? unknownCode))
  )
}

const refusalOf = (command: string): Advice => (keys.has(command) ? refusedWithoutCode : refusedElsewhere)

/** The same in one line, to be read after a colon. */
export function adviceText(command: string, code: FailureCode, family: Family): string {
  const { meaning, remedy } = adviceFor(command, code, family)
  return `${meaning}; ${remedy}.`
}
