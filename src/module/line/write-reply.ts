import { cmeUnknown } from '../../at/errors.ts'
import { bytesOf, concat } from '../../at/syntax/bytes.ts'
import { hasDefect } from '../core/injected-defect.ts'
import type { FinalReply, ReplyLine } from '../core/reply.ts'
import type { LineState } from '../core/state.ts'
import { type Mutable, releaseHeld, type StepContext, write } from '../core/step-context.ts'

const okBytes = bytesOf('\r\nOK\r\n')
const errorBytes = bytesOf('\r\nERROR\r\n')
/** `ATV0` */
const okCode = bytesOf('0\r')
const errorCode = bytesOf('4\r')
const lineEnd = bytesOf('\r\n')

/** CR LF, the lines with one CR LF between them, CR LF. */
export function writeLines(ctx: StepContext, line: LineState, lines: readonly ReplyLine[]): void {
  if (lines.length === 0) return
  const texts = lines.map((text) => (typeof text === 'string' ? bytesOf(text) : text))
  const parts = line.settings.verbose
    ? [...texts.flatMap((text) => [lineEnd, text]), lineEnd]
    : texts.flatMap((text) => [text, lineEnd])
  write(ctx, line, concat(parts))
}

/** The final result and everything that waited for it. */
export function writeFinal(ctx: StepContext, line: Mutable<LineState>, reply: FinalReply): void {
  const lost = line.settings.quiet !== 0 || (reply.final === 'OK' && hasDefect(ctx, 'okLost'))
  if (!lost) write(ctx, line, finalBytes(ctx, line, reply))
  releaseHeld(ctx, line)
}

function finalBytes(ctx: StepContext, { settings }: LineState, { final, cme, text }: FinalReply): Uint8Array {
  if (final === 'OK') return settings.verbose ? okBytes : okCode
  if (text !== undefined) return bytesOf(settings.verbose ? `\r\n${text}\r\n` : `${text}\r\n`)
  const { errorReports } = ctx.cellular.settings
  if (cme === undefined || errorReports === 0) return settings.verbose ? errorBytes : errorCode
  const code = cme in ctx.config.profile.cme ? cme : cmeUnknown
  return bytesOf(`\r\n+CME ERROR: ${errorReports === 1 ? code : ctx.config.profile.cme[code]}\r\n`)
}
