import type { Content } from '../at/commands/content.ts'
import { type PromptData, promptDataOf } from '../at/commands/prompts.ts'
import { bytesOf, textOf } from '../at/syntax/bytes.ts'
import { editedLine } from '../at/syntax/edited.ts'
import { starred } from '../at/syntax/key-watch.ts'
import { takesSecretData } from '../at/syntax/near-name.ts'
import { apartFrom, type Side, timeLine, unitLine } from './recorded-text.ts'
import { RecordingHead } from './recording-head.ts'
import { type HostUnit, isPublic, Redaction } from './redaction.ts'
import type { Secret } from './secrets.ts'
import { type NamedServer, ServerFinder } from './server-finder.ts'
import { type OrderedUnit, SideBytes } from './side-bytes.ts'
import { UnitQueue } from './unit-queue.ts'

export interface RecorderOptions {
  /** Takes the next lines of the transcript. */
  readonly write: (text: string) => void
  /** False: secrets are written as they are. */
  readonly redact: boolean
  /** What is left out beside secrets. */
  readonly leftOut?: readonly Content[] | undefined
  /** Told of each line as it is written, its secrets as stars. */
  readonly onUnit?: (side: Side, bytes: Uint8Array, ms: number) => void
}

/** The host is giving data behind a prompt. */
interface DataPhase extends PromptData {
  readonly secret: boolean
}

/** A complete unit; the secrets of one of the module are looked for when it is written: before, the host may not have said all. */
interface Complete extends OrderedUnit {
  secrets(): readonly Secret[]
  readonly servers: readonly Secret[]
  /** A server that has its hole from here on. */
  readonly named: NamedServer | undefined
}

/** Longer units are written without waiting for their end. */
const longestUnit = 65_536
/** So much of one side may wait until a line of the other one is complete; bytes. */
const mostWaiting = 1 << 20
const refused = 'ERROR\r\n'

/**
 * Makes a strict transcript of what a host and a module send each other: every byte and its time. A line is written
 * when it is complete, in the order in which the lines began, so no part of a secret is ever written.
 */
export class Recorder {
  readonly #options: RecorderOptions
  readonly #servers = new ServerFinder()
  readonly #head: RecordingHead
  readonly #redaction: Redaction | undefined
  readonly #host = new SideBytes('host')
  readonly #module = new SideBytes('module')
  readonly #ready: Readonly<Record<Side, UnitQueue<Complete>>> = { host: new UnitQueue(), module: new UnitQueue() }
  #order = 0
  #data: DataPhase | undefined
  /** Secret data that the module may echo. */
  #echo: string | undefined
  /** The last command line, and whether it still waits for its final result. */
  #command = ''
  #unanswered = false
  #lastWritten: Side | undefined
  /** This line is written without waiting for its end, and hidden: nobody knows what it is. */
  readonly #cutOff: Record<Side, boolean> = { host: false, module: false }

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#redaction = options.redact ? new Redaction(options.leftOut) : undefined
    this.#head = new RecordingHead(options.write)
  }

  /** `ms`: since the recording began. */
  take(side: Side, bytes: Uint8Array, ms: number): void {
    if (bytes.length === 0) return
    const text = textOf(bytes)
    this.#side(side).add(text, ms, this.#order++)
    if (!this.#mayCut(side, text)) return
    this.#cut()
    this.#drain()
    if (this.#ready.module.size > mostWaiting) this.#cutLineOff('host')
    if (this.#ready.host.size > mostWaiting) this.#cutLineOff('module')
  }

  /** A line whose end does not come, while the other side goes on. */
  #cutLineOff(side: Side): void {
    this.#echo = undefined
    this.#giveUpData()
    const { length } = this.#side(side).text
    this.#cutOff[side] = length > 0
    this.#cut()
    this.#drain()
  }

  /** What there is of a line that was cut off. */
  #cutRest(side: Side, text: string, lineEnd: string): boolean {
    const end = text.indexOf(lineEnd)
    this.#cutOff[side] = end < 0
    return this.#emit(side, end < 0 ? text.length : end + lineEnd.length, { hidden: 'rest' })
  }

  /** Whether these bytes can end a unit: a long line that comes in small pieces is not searched again for each. */
  #mayCut(side: Side, text: string): boolean {
    const { length } = this.#side(side).text
    const isCounted = side === 'host' ? this.#data !== undefined : this.#data?.secret || this.#echo !== undefined
    return length < 3 || length > longestUnit || isCounted || /[\r\n>]/.test(text)
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
    if (this.#cutOff.host) return this.#cutRest('host', text, '\r')
    if (text[0] === '\n') return this.#emit('host', 1)
    // What follows may be a key: whether it is data is not known before the module answers.
    if (this.#awaitsKey() && text.length <= longestUnit) return false
    if (/^a\//i.test(text)) return this.#begin('host', 2)
    const end = text.indexOf('\r')
    if (end < 0) return text.length > longestUnit && this.#emit('host', text.length)
    this.#command = editedLine(text.slice(0, end)).text
    return this.#begin('host', end + 1)
  }

  #begin(side: Side, length: number): true {
    this.#unanswered = true
    return this.#emit(side, length)
  }

  #awaitsKey(): boolean {
    return this.#options.redact && this.#unanswered && takesSecretData(this.#command)
  }

  #cutData(phase: DataPhase, text: string): boolean {
    const { wanted, secret, content } = phase
    if (text.length < wanted && text.length <= longestUnit) return false
    if (text.length < wanted) {
      this.#data = { ...phase, wanted: wanted - text.length }
      return this.#emit('host', text.length, { as: 'data', hidden: secret ? 'key' : undefined, content })
    }
    const data = text.slice(0, wanted)
    this.#data = undefined
    const hides = secret && !isPublic(data)
    if (hides) this.#echo = data
    return this.#emit('host', wanted, { as: 'data', hidden: hides ? 'key' : undefined, content })
  }

  #cutModule(): boolean {
    const { text } = this.#module
    if (text === '') return false
    if (this.#data?.secret && text.length > longestUnit) this.#unanswered = false
    if (this.#data?.secret) return this.#mayEndData(text) && this.#giveUpData()
    if (this.#cutOff.module) return this.#cutRest('module', text, '\r\n')
    if (this.#echo !== undefined) return this.#cutEcho(this.#echo, text)
    const end = text.indexOf('\r\n')
    if (end < 0) return text.length > longestUnit && this.#emit('module', text.length)
    if (end > 0 && text[end - 1] === '\r') return this.#emit('module', end)
    if (end > 0) return this.#cutLine(text.slice(0, end))
    if (text.length === 2) return false
    return text[2] === '>' ? this.#cutPrompt() : this.#emit('module', 2)
  }

  #mayEndData(text: string): boolean {
    return text.length > longestUnit || text === refused || text.endsWith(`\r\n${refused}`)
  }

  #cutEcho(echo: string, text: string): boolean {
    const behind = text.startsWith('\r\n') && !echo.startsWith(text.slice(0, echo.length)) ? text.slice(2) : text
    if (behind.length < echo.length && echo.startsWith(behind)) return false
    this.#echo = undefined
    if (!behind.startsWith(echo)) return true
    if (behind !== text) this.#emit('module', 2)
    return this.#emit('module', echo.length, { hidden: 'key' })
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
    const data = promptDataOf(this.#command)
    if (this.#unanswered && data !== undefined)
      this.#data = { ...data, secret: this.#options.redact && takesSecretData(this.#command) }
    return true
  }

  /** The module has left data mode: the data that came is complete. */
  #giveUpData(): boolean {
    const data = this.#data
    this.#data = undefined
    const { text } = this.#host
    if (data?.secret && text !== '') {
      this.#echo = commonBeginning(text, this.#module.text) || undefined
      this.#emit('host', text.length, { as: 'data', hidden: 'key' })
    } else if (data && text !== '') this.#emit('host', text.length, { as: 'data', content: data.content })
    return data !== undefined
  }

  #emit(side: Side, length: number, what: HostUnit = {}): true {
    const unit = this.#side(side).take(length)
    const named = side === 'host' ? this.#servers.said(unit.text) : undefined
    const servers = this.#servers.find(unit.text)
    this.#ready[side].push({ ...unit, secrets: this.#secrets(unit, what), named, servers })
    return true
  }

  #secrets({ side, text }: OrderedUnit, what: HostUnit): () => readonly Secret[] {
    const redaction = this.#redaction
    if (redaction === undefined) return () => []
    if (side === 'module') {
      const dialled = this.#command
      return () => redaction.module(text, dialled, this.#host.text, what.hidden)
    }
    const found = redaction.host(text, what)
    return () => found
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
    return this.#ready[side].first?.order ?? this.#side(side).order
  }

  #write(unit: Complete, side: Side): void {
    const secrets = unit.secrets()
    const goesOn = unit.goesOn && this.#lastWritten === side
    const gap = side === 'host' && this.#lastWritten !== 'host' ? '\n' : ''
    const servers = apartFrom(secrets, unit.servers)
    const shown = servers.some(({ name }) => name === unit.named?.hole)
    const note = shown ? `# {${unit.named!.hole}} was ${unit.named!.address}\n` : ''
    const time = timeLine({ ...unit, goesOn })
    const line = unitLine(unit, secrets, servers)
    this.#head.write(side, unit.text, `${gap}${note}${time === undefined ? '' : `${time}\n`}${line}\n`)
    this.#lastWritten = side
    this.#options.onUnit?.(side, bytesOf(starred(unit.text, secrets)), unit.times[0]!.ms)
  }
}

function commonBeginning(data: string, heard: string): string {
  const behind = heard.startsWith('\r\n') && !data.startsWith('\r\n') ? heard.slice(2) : heard
  let length = 0
  while (length < Math.min(data.length, behind.length) && data[length] === behind[length]) length++
  return data.slice(0, length)
}
