import { bytesOf, escapeBytes, textOf } from '../../at/syntax/bytes.ts'
import type { ByteStream } from '../../io/stream.ts'

/** The host's end of a line: what came and was not taken yet. */
export class RigLine {
  readonly #stream: ByteStream
  /** One character a byte. */
  #output = ''

  constructor(stream: ByteStream) {
    this.#stream = stream
    stream.start({
      data: (bytes) => {
        this.#output += textOf(bytes)
      },
    })
  }

  /** A text goes as UTF-8. */
  write(bytes: string | Uint8Array): void {
    this.#stream.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
  }

  get output(): string {
    return decoded(this.#output)
  }

  /** Takes all up to the end of the line that is this text, or of the first match; undefined: it has not come. */
  take(wanted: string | RegExp): string | undefined {
    const found = this.#output.match(
      typeof wanted === 'string' ? lineOf(wanted) : new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, '')),
    )
    if (!found) return undefined
    const end = found.index! + found[0].length
    const taken = this.#output.slice(0, end)
    this.#output = this.#output.slice(end)
    return decoded(taken)
  }

  /** For an error: what has come, a line each. */
  lines(): string {
    const lines = this.#output.split(/[\r\n]+/).filter((line) => line !== '')
    return lines.map((line) => `  ${escapeBytes(bytesOf(line))}`).join('\n') || '  nothing'
  }
}

/** A whole line: a prompt, `>`, may have a blank behind it. */
function lineOf(text: string): RegExp {
  const bytes = Buffer.from(text).toString('latin1')
  return new RegExp(`(?:^|[\\r\\n])${bytes.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')} ?(?:\\r\\n|$)`)
}

const decoded = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')
