import { type Secret, type SecretFinder, withoutLineEnd } from './secrets.ts'

/** What is kept of what the host said; more than the longest line. */
const kept = 16_384
/** A shorter piece is only looked for where the echo must go on. */
const shortestPiece = 4

/**
 * Finds in what a module says the echo of the host's secrets. The module prints URCs in the middle of a line that is
 * being typed: then the rest of the echo stands alone, and only what the host said tells that it is a secret.
 */
export class EchoFollower {
  readonly #finder: SecretFinder
  #said = ''
  #secrets: readonly Secret[] = []
  /** How much of it has been echoed. */
  #at = 0

  constructor(finder: SecretFinder) {
    this.#finder = finder
  }

  /** A unit of the host. */
  said(text: string, secrets: readonly Secret[]): void {
    const offset = this.#said.length
    if (secrets.length > 0) this.#secrets = [...this.#secrets, ...secrets.map((secret) => moved(secret, offset))]
    this.#said += text
    if (this.#said.length > 2 * kept) this.#forget(this.#said.length - kept)
  }

  /** The secrets of a unit of the module; `typing`: what the host has said since, which is no whole line yet. */
  heard(unit: string, typing: string): readonly Secret[] {
    const content = unit.slice(0, withoutLineEnd(unit))
    if (content === '') return []
    const whole = this.#said + typing
    const from = this.#place(content, whole)
    if (from === undefined) return []
    this.#at = from + content.length
    const half = this.#at > this.#said.length ? this.#finder.find(typing) : []
    return [...this.#secrets, ...half.map((secret) => moved(secret, this.#said.length))]
      .filter((secret) => secret.from < this.#at && from < secret.to)
      .map((secret) => this.#piece(secret, from, unit))
  }

  #place(content: string, whole: string): number | undefined {
    let at = this.#at
    while (at < whole.length && '\r\n'.includes(whole[at]!)) at++
    if (whole.startsWith(content, at)) return at
    const later = content.length < shortestPiece ? -1 : whole.indexOf(content, at)
    return later < 0 ? undefined : later
  }

  /** The part of a secret that a unit has. */
  #piece({ from, to, name }: Secret, start: number, unit: string): Secret {
    const part = { from: Math.max(0, from - start), to: Math.min(withoutLineEnd(unit), to - start) }
    const isWhole = part.to - part.from === to - from
    return {
      ...part,
      name: isWhole ? name : this.#finder.name(unit.slice(part.from, part.to), name.replace(/\d+$/, '')),
    }
  }

  #forget(length: number): void {
    this.#said = this.#said.slice(length)
    this.#secrets = this.#secrets.filter(({ from }) => from >= length).map((secret) => moved(secret, -length))
    this.#at = Math.max(0, this.#at - length)
  }
}

const moved = ({ from, to, name }: Secret, by: number): Secret => ({ from: from + by, to: to + by, name })
