import { writeSign } from '../../src/at/commands/command.ts'
import { bytesOf, concat, textOf } from '../../src/at/syntax/bytes.ts'
import {
  bytesOfToken,
  isCommandLine,
  type ParsedCommand,
  parseCommand,
  skipSpaces,
  type Token,
} from '../../src/at/syntax/parse-line.ts'
import { freshScan, maxLineBytes, type Scan, scanLine } from '../../src/at/syntax/scan-line.ts'
import { claim, claimSame, piecesOf } from './claim.ts'

interface Line {
  readonly kind: 'line' | 'repeat'
  readonly line: Uint8Array
  readonly overlong: boolean
}

interface Run {
  readonly lines: readonly Line[]
  readonly echo: Uint8Array
  readonly scan: Scan
}

const [CR, LF, BACKSPACE] = [0x0d, 0x0a, 0x08]

/**
 * The scanner of command lines. The first byte: the size of the pieces. Cut or whole, the same lines, the same echo and
 * the same state; no byte is echoed twice, none is lost but an LF behind its CR; a line is bounded, and comes back as it
 * is when it is typed again. The commands of a line come back when they are written out and read again.
 */
export function scan(input: Uint8Array): void {
  const typed = input.subarray(1)
  const whole = scanAll([typed])
  claimSame(scanAll(piecesOf(typed, (input[0] ?? 0) % 7 || 1)), whole, 'cut, it scans')
  claim(textOf(whole.echo) === textOf(typed).replaceAll('\r\n', '\r'), 'the echo is not what was typed')
  claim(whole.scan.partial.length <= maxLineBytes, 'more than a line is kept')
  for (const line of whole.lines) {
    claim(line.line.length <= maxLineBytes, 'a line is longer than a line can be')
    if (line.kind === 'line' && !line.overlong) typedAgain(line.line)
  }
}

function scanAll(pieces: readonly Uint8Array[]): Run {
  const lines: Line[] = []
  const echo: Uint8Array[] = []
  let scan = freshScan
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const found = scanLine(scan, piece, at)
      claim(found.echoFrom >= at && found.next >= found.echoFrom, 'the scan goes back')
      claim(found.next > at && found.next <= piece.length, 'the scan does not go on')
      for (let skipped = at; skipped < found.echoFrom; skipped++) claim(piece[skipped] === LF, 'a byte is swallowed')
      echo.push(piece.subarray(found.echoFrom, found.next))
      if (found.kind !== 'more') lines.push({ kind: found.kind, line: found.line.slice(), overlong: found.overlong })
      scan = found.scan
      at = found.next
    }
  }
  return { lines, echo: concat(echo), scan }
}

function typedAgain(line: Uint8Array): void {
  claim(!line.includes(CR) && !line.includes(BACKSPACE), 'a line holds what ends or edits it')
  const again = scanAll([concat([line, bytesOf('\r')])])
  claimSame(again.lines, [{ kind: 'line', line, overlong: false }], 'typed again, the line is')
  if (isCommandLine(line)) readCalls(line)
}

function readCalls(line: Uint8Array): void {
  for (let at = 2; at < line.length; ) {
    const call = parseCommand(line, at)
    if (call === undefined) return
    claim(call.next > at && call.next <= line.length + 1, 'the commands of a line do not go on')
    for (const token of call.tokens) if (token) readToken(token, line)
    writtenAgain(call)
    at = skipSpaces(line, call.next)
  }
}

function readToken({ kind, number, from, to }: Token, line: Uint8Array): void {
  claim(from >= 2 && from <= to && to <= line.length, 'a parameter is not in its line')
  const text = textOf(line, from, to)
  const isNumber = kind === 'bare' && /^\d{1,15}$/.test(text)
  claim(number === (isNumber ? Number(text) : -1), `the number of ${text} is ${number}`)
  claim(!text.includes('"'), 'a quote stands in a parameter')
}

function writtenAgain(call: ParsedCommand): void {
  const again = parseCommand(bytesOf(`AT${textOfCall(call)}`), 2)
  claimSame(again && content(again), content(call), 'written out and read again, the command is')
}

const content = ({ name, form, tokens }: ParsedCommand) => ({
  name,
  form,
  tokens: tokens.map((token) => token && [token.kind, token.number, textOf(bytesOfToken(token))]),
})

function textOfCall({ name, form, tokens }: ParsedCommand): string {
  const parameters = tokens.map((token) => (token ? textOfToken(token) : ''))
  if (form === 'write') return `${name}${writeSign(name)}${parameters.join(',')}`
  return name + { execute: '', read: '?', test: '=?' }[form]
}

const textOfToken = (token: Token): string => {
  const text = textOf(bytesOfToken(token))
  return token.kind === 'quoted' ? `"${text}"` : text
}
