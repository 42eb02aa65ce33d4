import { isFinalResult } from '../at/profiles/replies.ts'
import { commandBeginning } from '../at/syntax/command-secrets.ts'
import { isCommandName } from '../at/syntax/near-name.ts'
import { isPlainStart } from '../at/syntax/plain-prefix.ts'
import { isKnownUrc, nameOf } from '../at/urcs.ts'
import type { Secret, SecretFinder } from './secrets.ts'

/** What is kept of what the host said; more than the longest line. */
const kept = 16_384
/** A shorter piece is only looked for where the echo must go on. */
const shortestPiece = 4
/** So many characters in a row of a secret are no accident. */
const tellingPiece = 8
/** So many commands may wait for their results; of more the oldest is forgotten. */
const mostWaiting = 64

/** What a unit of the module has of the host's secrets. */
export interface Echo {
  /** All of it was said by the host. */
  readonly isExact: boolean
  readonly secrets: readonly Secret[]
}

const noEcho: Echo = { isExact: false, secrets: [] }

/**
 * Finds in what a module says the echo of the host's secrets. The module prints URCs in the middle of a line that is
 * being typed: then the rest of the echo stands alone, and only what the host said tells that it is a secret. While the
 * echo of a secret may still come, what is neither an exact echo nor a line of the module's own is hidden: it may be an
 * echo with a wrong byte in it.
 */
export class EchoFollower {
  readonly #finder: SecretFinder
  #said = ''
  /** In order. */
  #secrets: Secret[] = []
  /** All pieces of that length of the secrets. */
  readonly #tellingPieces = new Set<string>()
  /** Those before this one have been echoed. */
  #first = 0
  /** How much of it has been echoed. */
  #at = 0
  /** Where the commands end that have no final result yet. */
  #waiting: number[] = []
  /** How much of it has been answered. */
  #answered = 0

  constructor(finder: SecretFinder) {
    this.#finder = finder
  }

  /** A unit of the host: a line, or data that belong to the last one. */
  said(text: string, secrets: readonly Secret[], as: 'command' | 'data'): void {
    const plain = withoutEnds(text)
    const offset = this.#said.length
    const inside = plain.inside(secrets, offset)
    this.#secrets.push(...inside)
    this.#said += plain.text
    for (const secret of inside) this.#tell(secret)
    // In front of its AT may stand data that were sent too early.
    if (as === 'command' && (/^ *a[t/]/i.test(text) || commandBeginning.test(text)))
      this.#waiting = [...this.#waiting, this.#said.length].slice(-mostWaiting)
    else if (as === 'data' && this.#waiting.length > 0) this.#waiting[this.#waiting.length - 1] = this.#said.length
    if (this.#said.length > 2 * kept) this.#forget(this.#said.length - kept)
  }

  /** A unit of the module; `typing`: what the host has said since, which is no whole line yet. */
  heard(unit: string, typing: string): Echo {
    const echoed = withoutEnds(unit)
    if (echoed.text === '') return noEcho
    const from = this.#place(echoed.text)
    if (from !== undefined) return { isExact: true, secrets: this.#follow(unit, echoed, from) }
    if (isFinalResult(echoed.text))
      this.#answered = Math.max(this.#answered, this.#waiting.shift() ?? this.#said.length)
    if (isOwnLine(echoed.text) || !this.#mayBeEcho(typing))
      return { isExact: false, secrets: this.#pieces(echoed, unit) }
    const [first, last] = [echoed.placeOf(0), echoed.placeOf(echoed.text.length - 1) + 1]
    const name = this.#finder.name(unit.slice(first, last), 'echo')
    return { isExact: false, secrets: [{ from: first, to: last, name }] }
  }

  #follow(unit: string, echoed: Plain, from: number): readonly Secret[] {
    this.#at = from + echoed.text.length
    while (this.#first < this.#secrets.length && this.#secrets[this.#first]!.to <= from) this.#first++
    const found: Secret[] = []
    for (let i = this.#first; i < this.#secrets.length && this.#secrets[i]!.from < this.#at; i++)
      found.push(this.#piece(this.#secrets[i]!, from, echoed, unit))
    return found
  }

  /** What the host's secrets have, too: their echo comes with wrong bytes in it, or later than it should. */
  #pieces(echoed: Plain, unit: string): readonly Secret[] {
    const found: { from: number; to: number }[] = []
    for (let at = 0; at + tellingPiece <= echoed.text.length; at++) {
      if (!this.#tellingPieces.has(echoed.text.slice(at, at + tellingPiece))) continue
      const last = found.at(-1)
      if (last && at <= last.to) last.to = at + tellingPiece
      else found.push({ from: at, to: at + tellingPiece })
    }
    return found.map(({ from, to }) => {
      const part = { from: echoed.placeOf(from), to: echoed.placeOf(to - 1) + 1 }
      return { ...part, name: this.#finder.name(unit.slice(part.from, part.to), 'echo') }
    })
  }

  #tell(secret: Secret): void {
    for (let at = secret.from; at + tellingPiece <= secret.to; at++)
      this.#tellingPieces.add(this.#said.slice(at, at + tellingPiece))
  }

  #mayBeEcho(typing: string): boolean {
    const done = Math.max(this.#at, this.#answered)
    return !isPlainStart(typing) || (this.#secrets.at(-1)?.to ?? 0) > done
  }

  /** Where the echo begins in what the host said. */
  #place(echoed: string): number | undefined {
    if (this.#said.startsWith(echoed, this.#at)) return this.#at
    const isLong = echoed.length >= shortestPiece && !isOwnLine(echoed)
    const later = isLong ? this.#said.indexOf(echoed, this.#at) : -1
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
    this.#secrets = this.#secrets.filter(({ to }) => to > length).map((secret) => moved(secret, -length))
    this.#tellingPieces.clear()
    for (const secret of this.#secrets) this.#tell(secret)
    this.#first = 0
    this.#at = Math.max(0, this.#at - length)
    this.#answered = Math.max(0, this.#answered - length)
    this.#waiting = this.#waiting.map((end) => end - length)
  }
}

/** A line that a module says of itself: a result, a URC, a row of a command. */
const isOwnLine = (line: string): boolean =>
  isFinalResult(line) || isKnownUrc(line) || isCommandName(nameOf(line)?.slice(1) ?? '')

const moved = ({ from, to, name }: Secret, by: number): Secret => ({ from: Math.max(0, from + by), to: to + by, name })
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
