/** The longest line of the control protocol, in characters. */
export const maxControlLine = 64 * 1024

/** Cuts text that comes in pieces into lines, and keeps the unfinished one. */
export class LineSplitter {
  #rest = ''

  /** The lines that are complete now, without their ends. */
  take(text: string): string[] {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.map((line) => line.trim())
  }

  /** The unfinished line. */
  get rest(): string {
    return this.#rest
  }
}
