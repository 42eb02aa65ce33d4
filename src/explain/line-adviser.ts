import type { AdvisedCause, Adviser } from '../at/adviser.ts'
import type { Profile } from '../at/profiles/profile.ts'
import { type Conclusions, conclude, looksFor } from './conclude.ts'
import type { Fact } from './facts/fact.ts'
import { FactStore } from './facts/fact-store.ts'
import { familyOfFirmware } from './facts/family.ts'
import { LineAssembler } from './lines/assembler.ts'
import { TypeAhead } from './lines/type-ahead.ts'
import type { LogFinding, LogReport } from './report/report.ts'
import { mayTell } from './session/may-tell.ts'
import { SessionTracker } from './session/tracker.ts'

/** What is less certain is not told while the line goes on: what comes next may take it back. */
const toldFrom = 0.6
/** A virtual module reaches what this machine reaches. */
const unreal: ReadonlySet<string> = new Set(['private-address'])
/** A log is read as this, with a confidence of 1. */
const read = { shape: 'line', confidence: 1 } as const

/**
 * Follows a line while it is used, in bounded memory. Rows are counted as its lines: those that the host ends with CR, and
 * those that the module ends with LF.
 */
export class LineAdviser implements Adviser {
  readonly #store = new FactStore()
  readonly #tracker = new SessionTracker({ tell: (fact) => this.#know(fact), looksFor, copies: 1, hostCopies: 1 })
  readonly #ahead = new TypeAhead((line) => this.#tracker.take(line))
  readonly #lines = new LineAssembler((line) => this.#ahead.take(line))
  readonly #told = new Set<string>()
  readonly #known: Conclusions
  #row = 1
  #isNew = false

  /** `profile`: the virtual module that it is; none: the line tells which module it is. */
  constructor(profile?: Profile) {
    this.#known = {
      all: false,
      family: profile && familyOfFirmware(profile),
      ...(profile && { without: unreal }),
    }
  }

  hear(side: 'host' | 'module', text: string, ms: number): void {
    const end = side === 'host' ? '\r' : '\n'
    for (let at = 0; at < text.length; ) {
      const found = text.indexOf(end, at)
      const to = found < 0 ? text.length : found + 1
      this.#lines.feed({ side, text: text.slice(at, to), ms, whole: false }, this.#row)
      if (found >= 0) this.#row++
      at = to
    }
  }

  news(): readonly AdvisedCause[] {
    if (!this.#isNew) return []
    this.#isNew = false
    const fresh = this.report().findings.filter((finding) => isCertain(finding) && !this.#told.has(finding.id))
    for (const { id } of fresh) this.#told.add(id)
    return fresh
  }

  report(): LogReport {
    return conclude(this.#store, read, this.#known)
  }

  /** Nothing more is heard: what has not been answered never will be. */
  end(): LogReport {
    this.#lines.end()
    this.#ahead.end()
    this.#tracker.end()
    return this.report()
  }

  #know(fact: Fact): void {
    this.#store.add(fact)
    this.#isNew ||= mayTell(fact)
  }
}

const isCertain = ({ severity, confidence }: LogFinding): boolean => severity !== 'note' && confidence >= toldFrom
