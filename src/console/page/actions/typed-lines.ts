const most = 200

/** Lines that were sent; the up key goes back through them. */
export class TypedLines {
  readonly #lines: string[] = []
  #at = 0
  #draft = ''

  add(line: string): void {
    if (line !== '' && this.#lines.at(-1) !== line) this.#lines.push(line)
    if (this.#lines.length > most) this.#lines.shift()
    this.#at = this.#lines.length
  }

  /** `current`: what stands in the field; it comes back behind the newest. */
  earlier(current: string): string {
    if (this.#at === this.#lines.length) this.#draft = current
    this.#at = Math.max(0, this.#at - 1)
    return this.#lines[this.#at] ?? current
  }

  later(): string {
    this.#at = Math.min(this.#lines.length, this.#at + 1)
    return this.#lines[this.#at] ?? this.#draft
  }
}

/** What all of them begin with, in any case; at least what was typed. */
export function commonStart(hits: readonly string[], typed: string): string {
  const [first = typed] = hits
  let length = first.length
  for (const hit of hits) while (!hit.toUpperCase().startsWith(first.slice(0, length).toUpperCase())) length--
  return length > typed.length ? first.slice(0, length) : typed
}
