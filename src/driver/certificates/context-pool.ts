import { CertificateError } from './certificate-error.ts'
import { type ContextRow, filesNamed, isOwn, isUntouched } from './context-row.ts'
import type { SslContextNumber } from './tls-options.ts'

/** What a context is wanted for. */
export interface WantedContext {
  /** Equal options have equal keys. */
  readonly key: string
  readonly hasPassword: boolean
  /** Whether a context has all that is wanted already. */
  equals(row: ContextRow): boolean
}

const all: readonly SslContextNumber[] = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]

/** Which of the ten contexts of one module is for what. One for each module, for as long as the program runs. */
export class ContextPool {
  /** By what they are wanted for; the least recently asked for first. */
  readonly #given = new Map<string, SslContextNumber>()
  readonly #files = new Map<SslContextNumber, readonly string[]>()
  readonly #doubtful = new Set<string>()
  /** Written in this run, and so what they should be. */
  readonly #sure = new Set<string>()
  #last: Promise<unknown> = Promise.resolve()

  /**
   * The files of a context are written again when it is next asked for: after a handshake that failed with 32 to 34,
   * say. What is in the store can't be read back. Once for each file: a server that is not trusted fails every time, and
   * flash wears out.
   */
  doubt(sslContext: SslContextNumber): void {
    for (const name of this.#files.get(sslContext) ?? []) if (!this.#sure.has(name)) this.#doubtful.add(name)
  }

  /** One caller after the other: two must not choose the same context. */
  exclusive<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run, run)
    this.#last = result.catch(() => {})
    return result
  }

  isDoubtful(name: string): boolean {
    return this.#doubtful.has(name)
  }

  written(name: string): void {
    this.#doubtful.delete(name)
    this.#sure.add(name)
  }

  /** Files that a context of the pool names. */
  get files(): ReadonlySet<string> {
    return new Set([...this.#files.values()].flat())
  }

  keep(sslContext: SslContextNumber, files: readonly string[]): void {
    this.#files.set(sslContext, files)
  }

  /**
   * The context of the same options; else one that is configured just so, one that is not configured, one of an earlier run of
   * ours, the one of ours that was asked for longest ago. What somebody else has configured is left alone. From 9 down:
   * 0 and 1 are what a module takes by itself. Throws a `CertificateError` when there is none.
   */
  choose(wanted: WantedContext, rows: readonly ContextRow[]): SslContextNumber {
    this.#forgetTaken(rows)
    const found = this.#given.get(wanted.key) ?? this.#newOne(wanted, rows) ?? this.#oldest(wanted, rows)
    if (found === undefined) throw new CertificateError('noContext', noContext)
    for (const [key, context] of this.#given) if (context === found) this.#given.delete(key)
    this.#given.set(wanted.key, found)
    return found
  }

  #newOne(wanted: WantedContext, rows: readonly ContextRow[]): SslContextNumber | undefined {
    const given = new Set(this.#given.values())
    const free = all.filter((context) => !given.has(context))
    const first = (fits: (row: ContextRow) => boolean) =>
      free.find((context) => rows.some((row) => row.sslContext === context && fits(row)))
    return first(wanted.equals) ?? first(isUntouched) ?? first((row) => isOwn(row) && hasRoom(wanted, row))
  }

  #oldest(wanted: WantedContext, rows: readonly ContextRow[]): SslContextNumber | undefined {
    return [...this.#given.values()].find((context) =>
      rows.some((row) => row.sslContext === context && hasRoom(wanted, row)),
    )
  }

  /** Somebody else has configured it since. */
  #forgetTaken(rows: readonly ContextRow[]): void {
    for (const [key, context] of this.#given) {
      const row = rows.find(({ sslContext }) => sslContext === context)
      if (row && filesNamed(row).length > 0 && !isOwn(row)) this.#given.delete(key)
    }
  }
}

/** The name of a password can't be taken out of a context again. */
const hasRoom = ({ hasPassword }: WantedContext, { password }: ContextRow): boolean => hasPassword || password === ''

const noContext =
  'Somebody else has configured all ten TLS contexts of the module: restart it with AT+CRESET, which clears them, or set one back by hand.'
