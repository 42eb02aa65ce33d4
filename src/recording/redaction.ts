import type { Content, DataContent } from '../at/commands/content.ts'
import { isCertainlyCommand } from '../at/syntax/certain-command.ts'
import { holdsKey, KeyWatch } from '../at/syntax/key-watch.ts'
import { SaidKeys } from '../at/syntax/said-keys.ts'
import type { Span } from '../at/syntax/secret-values.ts'
import { EchoFollower } from './echo.ts'
import { LeftOut } from './left-out.ts'
import { type Secret, SecretFinder, withoutLineEnd, withoutOverlaps } from './secrets.ts'

/** What a unit of the host is. */
export interface HostUnit {
  readonly as?: 'command' | 'data'
  /** The whole unit is a secret: what it is called. */
  readonly hidden?: 'key' | 'rest' | undefined
  /** What its data are. */
  readonly content?: DataContent
}

/** Finds the secrets of what is recorded, one unit after the other. */
export class Redaction {
  readonly #finder = new SecretFinder()
  readonly #keys = new KeyWatch()
  readonly #said = new SaidKeys()
  readonly #follower = new EchoFollower(this.#finder)

  readonly #leftOut: LeftOut | undefined

  /** `leftOut`: what is not shown beside secrets. */
  constructor(leftOut: readonly Content[] = []) {
    this.#leftOut = leftOut.length > 0 ? new LeftOut(leftOut, this.#finder) : undefined
  }

  host(text: string, { as = 'command', hidden, content }: HostUnit): readonly Secret[] {
    const keys = this.#keysIn(text, as)
    const leftOut = this.#leftOut?.host(text, as, content) ?? []
    const found = hidden
      ? this.#whole(text, hidden)
      : this.#merged(text, keys, [...this.#finder.find(text, as), ...leftOut])
    this.#follower.said(text, found, as)
    return found
  }

  /** `dialled`: the command line that it may answer; `typing`: what the host has said that is no whole unit yet. */
  module(text: string, dialled: string, typing: string, hidden: HostUnit['hidden']): readonly Secret[] {
    const isData = this.#leftOut?.isInData === true
    const echo = isData ? undefined : this.#follower.heard(text, typing)
    const keys = this.#said.take(text)
    if (hidden) return this.#whole(text, hidden)
    const leftOut = echo?.isExact ? [] : (this.#leftOut?.module(text) ?? [])
    const found = this.#finder.find(text, 'module', dialled)
    return this.#merged(text, keys, [...found, ...(echo?.secrets ?? []), ...leftOut])
  }

  #whole(text: string, kind: string): readonly Secret[] {
    return [{ from: 0, to: text.length, name: this.#finder.name(text, kind) }]
  }

  #merged(text: string, keys: readonly Span[], others: readonly Secret[]): readonly Secret[] {
    const named = keys.map(({ from, to }) => ({ from, to, name: this.#finder.name(text.slice(from, to), 'key') }))
    return withoutOverlaps([...named, ...others])
  }

  /** What of a unit of the host is of a key. */
  #keysIn(text: string, as: 'command' | 'data'): readonly Span[] {
    const ranges = this.#keys.take(text, as)
    // A command behind a key that was cut off is shown; one that holds a key is not.
    if (as === 'command' && isCertainlyCommand(text.slice(0, withoutLineEnd(text))) && !holdsKey(text)) return []
    return isPublic(text) ? ranges.filter(({ why }) => why === 'block') : ranges
  }
}

/** A certificate is no secret. */
export const isPublic = (data: string): boolean => data.includes('BEGIN CERTIFICATE') && !holdsKey(data)
