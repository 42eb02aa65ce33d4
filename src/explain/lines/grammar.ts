import { everyCommand } from '../../at/commands/every-command.ts'
import { isKnownUrc } from '../../at/urcs.ts'
import { knownNames } from '../model/known-names.ts'

const extended = /^at[ \t]?[+^*$%#][a-z][a-z0-9_]*(?:$|[=?;: ])/i
const basic =
  /^AT[ \t]?(?:[EVQIZHOXLMT]\d{0,3}|&[FWVCDK]\d{0,2}|S\d{1,2}[=?]\d*|A\/?|[ \t])*(?:D[TP]?[*#+\d].*)?[;\s]*$/
const typedByHand = /^at(?:[eivqzh]\d?|&[fwvcdk]\d?)*\s*$/

const names: ReadonlySet<string> = new Set([...everyCommand.map(({ name }) => name), ...knownNames])

/** `AT+CMQTTTAT+CSQ`: a command in the middle of another; what stands before it is none. */
export function isInterrupted(text: string): boolean {
  const [, begun, next] = /^AT(\+[A-Z]{1,16}?)AT(\+[A-Z]{2,20})(?:$|[=?])/.exec(text) ?? []
  // The same beginning twice is one command, of which a piece stands there twice.
  return begun !== undefined && !names.has(begun) && !next!.startsWith(begun)
}

/** Whether a text is a command line, or was meant to be. */
export const isCommandText = (text: string): boolean =>
  extended.test(text) || isInterrupted(text) || (text.length < 40 && (basic.test(text) || typedByHand.test(text)))

const finals =
  /^(?:OK|ERROR|NO CARRIER|NO ANSWER|NO DIALTONE|BUSY|COMMAND NO RESPONSE!|CONNECT(?: [A-Z0-9 ]+)?|\+CM[ES] ERROR\s*:.*)$/

/** Whether a line ends the response to a command. */
export const isFinalText = (text: string): boolean => finals.test(text)

const named = /^[+*^$#%][A-Z][A-Z0-9_]{1,23}(?: ?:|$)|^\+IP ERROR:|^\$G[NPLAB][A-Z]{3},/
const words =
  /^(?:SMS (?:DONE|READY|FULL)|SMS Ready|PB DONE|Call Ready|RDY|QCRDY|>|POWERE?D? DOWN|NORMAL POWER DOWN|CLOSED|RING|DATA ACCEPT|SEND OK|SEND FAIL|CONNECT (?:OK|FAIL)|SHUT OK|UNDER-VOLTAGE .*|OVER-VOLTAGE .*|(?:START|QCRDY)$)/

/** Whether a line can only come from a module. */
export const isReplyText = (text: string): boolean =>
  isFinalText(text) || named.test(text) || words.test(text) || isKnownUrc(text)

/** A command in the middle of a text: the sketch's own words stand before it. */
const inside =
  /(?<![A-Za-z0-9_+"'=,/])AT(?:[+^*$%#][A-Z][A-Z0-9_]{1,20}(?:[=?].*|;.*)?$|(?:E[01]|I|Z|&F|&W)?$)|AT[+^][A-Z][A-Z0-9_]{2,20}(?:[=?].*)?$/

/** Where a command begins behind other text; -1: it has none there. */
export function commandInside(text: string): number {
  if (!text.includes('AT')) return -1
  const at = text.search(inside)
  return at > 0 ? at : -1
}
