import { beginsCommandName, isCommandName } from './near-name.ts'

/** What a line is by its beginning: `command`, or nothing that a module would take for one; `open`: it may be either. */
export type LineVerdict = 'open' | 'command' | 'repeat' | 'other'

/** More than `AT` and the longest name. */
export const longestStart = 40

export function verdictOf(start: string): LineVerdict {
  const [, letters = '', command = ''] = /^ *(at|a\/|a|)(.*)$/is.exec(start) ?? []
  if (letters === 'a/' || letters === 'A/') return 'repeat'
  if (letters.length < 2) return command === '' ? 'open' : 'other'
  const [, name, sign] = /^ *\+([a-z\d]*)( *[=?;]?)/i.exec(command) ?? []
  if (name !== undefined) return verdictOfName(name, sign!, command.trimStart().length - 1 - name.length - sign!.length)
  if (/^ *&?(?:[a-z]\d{0,2})?$/i.test(command)) return 'open'
  return /^ *&?[a-z]\d{0,2};/i.test(command) ? 'command' : 'other'
}

/** `behind`: how many characters follow. */
function verdictOfName(name: string, sign: string, behind: number): LineVerdict {
  if (sign === '' && behind === 0) return name === '' || beginsCommandName(name) ? 'open' : 'other'
  if (!isCommandName(name)) return 'other'
  if (/[=?;]/.test(sign)) return 'command'
  return behind === 0 ? 'open' : 'other'
}

/** `AT` may begin a line of a key too; a name that is known, or nothing behind it, is what tells. */
export function isCertainlyCommand(line: string): boolean {
  const start = line.slice(0, longestStart)
  const verdict = verdictOf(start)
  if (verdict !== 'open') return verdict === 'command' || verdict === 'repeat'
  const name = /^ *at *\+([a-z\d]+) *$/i.exec(start)?.[1]
  return name === undefined ? /^ *at *(?:&?[a-z]\d{0,2})?$/i.test(start) : isCommandName(name)
}
