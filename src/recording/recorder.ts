import { promptDataOf } from '../at/commands/prompts.ts'
import { bytesOf, textOf } from '../at/syntax/bytes.ts'
import { edited, type HiddenRange, holdsKey, isCertainlyCommand, KeyWatch, starred } from '../at/syntax/key-watch.ts'
import { takesSecretData } from '../at/syntax/near-name.ts'
import { EchoFollower } from './echo.ts'
import { type Side, timeLine, unitLine } from './recorded-text.ts'
import { RecordingHead } from './recording-head.ts'
import { type Secret, SecretFinder, withoutLineEnd, withoutOverlaps } from './secrets.ts'
import { type NamedServer, ServerFinder } from './server-finder.ts'
import { type OrderedUnit, SideBytes } from './side-bytes.ts'

export interface RecorderOptions {
  /** Takes the next lines of the transcript. */
  readonly write: (text: string) => void
  /** False: secrets are written as they are. */
  readonly redact: boolean
  /** Told of each line as it is written, its secrets as stars. */
  readonly onUnit?: (side: Side, bytes: Uint8Array, ms: number) => void
}

/** The host is giving data behind a prompt. */
interface DataPhase {
  readonly wanted: number
  readonly secret: boolean
}

interface Written extends OrderedUnit {
  readonly secrets: readonly Secret[]
  readonly servers: readonly Secret[]
  /** A server that has its hole from here on. */
  readonly named: NamedServer | undefined
}

/** Longer units are written without waiting for their end. */
const longestUnit = 65_536
const refused = 'ERROR\r\n'

/**
 * Makes a strict transcript of what a host and a module send each other: every byte and its time. A line is written
 * when it is complete, in the order in which the lines began, so no part of a secret is ever written.
 */
export class Recorder {
  readonly #options: RecorderOptions
  readonly #finder = new SecretFinder()
  readonly #keys = new KeyWatch()
  readonly #follower = new EchoFollower(this.#finder)
  readonly #servers = new ServerFinder()
  readonly #head: RecordingHead
  /** Of the host's bytes that are no units yet, counted from its first byte. */
  #hidden: HiddenRange[] = []
  readonly #host = new SideBytes('host')
  readonly #module = new SideBytes('module')
  readonly #ready: Readonly<Record<Side, Written[]>> = { host: [], module: [] }
  #order = 0
  #data: DataPhase | undefined
  /** Secret data that the module may echo. */
  #echo: string | undefined
  /** The last command line, and whether it still waits for its final result. */
  #command = ''
  #unanswered = false
  #lastWritten: Side | undefined

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#head = new RecordingHead(options.write)
  }

  /** `ms`: since the recording began. */
  take(side: Side, bytes: Uint8Array, ms: number): void {
    if (bytes.length === 0) return
    const text = textOf(bytes)
    if (side === 'host') this.#watchKeys(text)
    this.#side(side).add(text, ms, this.#order++)
    if (!this.#mayCut(side, text)) return
    this.#cut()
    this.#drain()
  }

  #watchKeys(text: string): void {
    const start = this.#host.taken + this.#host.text.length
    for (const { from, to, why } of this.#keys.take(text)) {
      const last = this.#hidden.at(-1)
      // A line of a key may come in pieces.
      const goesOn = last !== undefined && last.to === from + start && last.why === why
      if (goesOn) this.#hidden.pop()
      this.#hidden.push({ from: goesOn ? last.from : from + start, to: to + start, why })
    }
  }

  /** Whether these bytes can end a unit: a long line that comes in small pieces is not searched again for each. */
  #mayCut(side: Side, text: string): boolean {
    const { length } = this.#side(side).text
    return (
      length < 3 || length > longestUnit || this.#data !== undefined || this.#echo !== undefined || /[\r\n>]/.test(text)
    )
  }

  /** Writes the units that are still incomplete. */
  finish(): void {
    this.#giveUpData()
    if (this.#echo !== undefined) this.#echo = commonBeginning(this.#echo, this.#module.text) || undefined
    this.#cut()
    for (const side of ['host', 'module'] as const) {
      const { text } = this.#side(side)
      if (text !== '') this.#emit(side, text.length)
    }
    this.#drain()
    this.#head.flush()
  }

  #side(side: Side): SideBytes {
    return side === 'host' ? this.#host : this.#module
  }

  /** Cuts the bytes of both sides into units as far as possible: each side decides how the other is parsed. */
  #cut(): void {
    while (this.#cutHost() || this.#cutModule()) {}
  }

  #cutHost(): boolean {
    const { text } = this.#host
    if (text === '') return false
    if (this.#data) return this.#cutData(this.#data, text)
    if (text[0] === '\n') return this.#emit('host', 1)
    // What follows may be a key: whether it is data is not known before the module answers.
    if (this.#awaitsKey() && text.length <= longestUnit) return false
    if (/^a\//i.test(text)) return this.#begin('host', 2)
    const end = text.indexOf('\r')
    if (end < 0) return text.length > longestUnit && this.#emit('host', text.length)
    this.#command = edited(text.slice(0, end))
    return this.#begin('host', end + 1)
  }

  #begin(side: Side, length: number): true {
    this.#unanswered = true
    return this.#emit(side, length)
  }

  #awaitsKey(): boolean {
    return this.#options.redact && this.#unanswered && takesSecretData(this.#command)
  }

  #cutData({ wanted, secret }: DataPhase, text: string): boolean {
    if (text.length < wanted) return false
    const data = text.slice(0, wanted)
    this.#data = undefined
    const hides = secret && !isPublic(data)
    if (hides) this.#echo = data
    return this.#emit('host', wanted, hides)
  }

  #cutModule(): boolean {
    const { text } = this.#module
    if (text === '') return false
    if (this.#data?.secret) return (text === refused || text.endsWith(`\r\n${refused}`)) && this.#giveUpData()
    if (this.#echo !== undefined) return this.#cutEcho(this.#echo, text)
    const end = text.indexOf('\r\n')
    if (end < 0) return text.length > longestUnit && this.#emit('module', text.length)
    if (end > 0 && text[end - 1] === '\r') return this.#emit('module', end)
    if (end > 0) return this.#cutLine(text.slice(0, end))
    if (text.length === 2) return false
    return text[2] === '>' ? this.#cutPrompt() : this.#emit('module', 2)
  }

  #cutEcho(echo: string, text: string): boolean {
    const behind = text.startsWith('\r\n') && !echo.startsWith(text.slice(0, echo.length)) ? text.slice(2) : text
    if (behind.length < echo.length && echo.startsWith(behind)) return false
    this.#echo = undefined
    if (!behind.startsWith(echo)) return true
    if (behind !== text) this.#emit('module', 2)
    return this.#emit('module', echo.length, true)
  }

  #cutLine(line: string): boolean {
    if (/^(OK|ERROR|\+CM[ES] ERROR:.*)$/.test(line)) {
      this.#unanswered = false
      if (line !== 'OK') this.#giveUpData()
    }
    return this.#emit('module', line.length + 2)
  }

  #cutPrompt(): boolean {
    this.#emit('module', 3)
    const wanted = promptDataOf(this.#command)?.wanted
    if (this.#unanswered && wanted !== undefined)
      this.#data = { wanted, secret: this.#options.redact && takesSecretData(this.#command) }
    return true
  }

  /** The module has left data mode: the data that came is complete. */
  #giveUpData(): boolean {
    const data = this.#data
    this.#data = undefined
    if (data) this.#keys.lineBegins()
    const { text } = this.#host
    if (data?.secret && text !== '') {
      this.#echo = commonBeginning(text, this.#module.text) || undefined
      this.#emit('host', text.length, true)
    } else if (data && text !== '') this.#emit('host', text.length)
    return data !== undefined
  }

  /** `hidden`: the whole unit is a secret. */
  #emit(side: Side, length: number, hidden = false): true {
    const from = this.#side(side).taken
    const unit = this.#side(side).take(length)
    const secrets = this.#secrets(side, unit.text, from, hidden)
    if (side === 'host') {
      this.#follower.said(unit.text, secrets)
      this.#hidden = this.#hidden.filter(({ to }) => to > from + length)
    }
    const named = side === 'host' ? this.#servers.said(unit.text) : undefined
    this.#ready[side].push({ ...unit, secrets, named, servers: this.#servers.find(unit.text) })
    return true
  }

  #secrets(side: Side, text: string, from: number, hidden: boolean): readonly Secret[] {
    if (!this.#options.redact) return []
    if (hidden) return [{ from: 0, to: text.length, name: this.#finder.name(text, 'key') }]
    if (side === 'host') return this.#saidSecrets(text, from)
    const typing = this.#host.text
    const echoed = this.#follower.heard(text, typing, () => this.#saidSecrets(typing, this.#host.taken))
    return withoutOverlaps([...this.#finder.find(text, this.#command), ...echoed])
  }

  #saidSecrets(text: string, start: number): readonly Secret[] {
    const keys = this.#keysIn(text, start).map(({ from, to }) => ({
      from,
      to,
      name: this.#finder.name(text.slice(from, to), 'key'),
    }))
    return withoutOverlaps([...keys, ...this.#finder.find(text, this.#command)])
  }

  /** What of a text of the host is of a key. */
  #keysIn(text: string, start: number): readonly Span[] {
    // A command behind a key that was cut off is shown; one that holds a key is not.
    if (isCertainlyCommand(text.slice(0, withoutLineEnd(text))) && !holdsKey(text)) return []
    const end = start + text.length
    return this.#hidden
      .filter(({ from, to, why }) => from < end && to > start && (why === 'block' || !isPublic(text)))
      .map(({ from, to }) => ({ from: Math.max(from, start) - start, to: Math.min(to, end) - start }))
  }

  /** Writes the units in the order in which they began, up to one that is not complete. */
  #drain(): void {
    for (;;) {
      const { host, module } = this.#ready
      const [next, other] = this.#orderOf('host') < this.#orderOf('module') ? [host, 'host'] : [module, 'module']
      const unit = next.shift()
      if (!unit) return
      this.#write(unit, other as Side)
    }
  }

  #orderOf(side: Side): number {
    return this.#ready[side][0]?.order ?? this.#side(side).order
  }

  #write(unit: Written, side: Side): void {
    const goesOn = unit.goesOn && this.#lastWritten === side
    const gap = side === 'host' && this.#lastWritten !== 'host' ? '\n' : ''
    const note = unit.named ? `# {${unit.named.hole}} was ${unit.named.address}\n` : ''
    const time = timeLine({ ...unit, goesOn })
    const line = unitLine(unit, unit.secrets, unit.servers)
    this.#head.write(side, unit.text, `${gap}${note}${time === undefined ? '' : `${time}\n`}${line}\n`)
    this.#lastWritten = side
    this.#options.onUnit?.(side, bytesOf(starred(unit.text, unit.secrets)), unit.times[0]!.ms)
  }
}

interface Span {
  readonly from: number
  readonly to: number
}

/** A certificate is no secret. */
const isPublic = (data: string): boolean => data.includes('BEGIN CERTIFICATE') && !data.includes('PRIVATE KEY')

function commonBeginning(data: string, heard: string): string {
  const behind = heard.startsWith('\r\n') && !data.startsWith('\r\n') ? heard.slice(2) : heard
  let length = 0
  while (length < Math.min(data.length, behind.length) && data[length] === behind[length]) length++
  return data.slice(0, length)
}
