import type { Secret, SecretFinder } from './secrets.ts'

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
    const plain = withoutEnds(text)
    const offset = this.#said.length
    if (secrets.length > 0) this.#secrets = [...this.#secrets, ...plain.inside(secrets, offset)]
    this.#said += plain.text
    if (this.#said.length > 2 * kept) this.#forget(this.#said.length - kept)
  }

  /** The secrets of a unit of the module; `typing`: what the host has said since, which is no whole line yet. */
  heard(unit: string, typing: string, secretsTyping: () => readonly Secret[]): readonly Secret[] {
    const echoed = withoutEnds(unit)
    if (echoed.text === '') return []
    const half = withoutEnds(typing)
    const from = this.#place(echoed.text, this.#said + half.text)
    if (from === undefined) return []
    this.#at = from + echoed.text.length
    const unfinished = this.#at > this.#said.length ? half.inside(secretsTyping(), this.#said.length) : []
    return [...this.#secrets, ...unfinished]
      .filter((secret) => secret.from < this.#at && from < secret.to)
      .map((secret) => this.#piece(secret, from, echoed, unit))
  }

  /** Where the echo begins in what the host said. */
  #place(echoed: string, whole: string): number | undefined {
    if (whole.startsWith(echoed, this.#at)) return this.#at
    const later = echoed.length < shortestPiece ? -1 : whole.indexOf(echoed, this.#at)
    return later < 0 ? undefined : later
  }

  /** The part of a secret that a unit has. */
  #piece({ from, to, name }: Secret, start: number, { text, placeOf }: Plain, unit: string): Secret {
    const first = Math.max(0, from - start)
    const last = Math.min(text.length, to - start)
    const part = { from: placeOf(first), to: placeOf(last - 1) + 1 }
    const isWhole = last - first === to - from && part.to - part.from === last - first
    const value = unit.slice(part.from, part.to)
    return { ...part, name: isWhole ? name : this.#finder.name(value, name.replace(/\d+$/, '')) }
  }

  #forget(length: number): void {
    this.#said = this.#said.slice(length)
    this.#secrets = this.#secrets.filter(({ from }) => from >= length).map((secret) => moved(secret, -length))
    this.#at = Math.max(0, this.#at - length)
  }
}

const moved = ({ from, to, name }: Secret, by: number): Secret => ({ from: from + by, to: to + by, name })

/** A text without its CR and LF: no two modules echo line ends alike. */
interface Plain {
  readonly text: string
  /** Where a character stood. */
  placeOf(index: number): number
  /** The secrets in it, moved by an offset. */
  inside(secrets: readonly Secret[], offset: number): readonly Secret[]
}

function withoutEnds(text: string): Plain {
  const ends: number[] = []
  for (let at = 0; at < text.length; at++) if (text[at] === '\r' || text[at] === '\n') ends.push(at)
  const plain = ends.length === 0 ? text : text.replace(/[\r\n]/g, '')
  // The number of line ends before a place; texts have few.
  const before = (place: number): number => ends.filter((end) => end < place).length
  return {
    text: plain,
    placeOf(index) {
      let place = index
      for (const end of ends) if (end <= place) place++
      return place
    },
    inside: (secrets, offset) =>
      secrets.map(({ from, to, name }) => ({ from: from - before(from) + offset, to: to - before(to) + offset, name })),
  }
}
