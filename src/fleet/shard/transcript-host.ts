import { textOf } from '../../at/syntax/bytes.ts'
import type { Clock, Random } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'
import type { MemoryLine } from '../../io/transports/memory.ts'
import { heard } from '../../io/wrappers/heard.ts'
import type { HoleValues } from '../../transcript/language/pattern.ts'
import type { Transcript } from '../../transcript/language/transcript.ts'
import { playTranscript } from '../../transcript/player/play.ts'
import type { ModuleGroup } from '../scenario/scenario.ts'
import type { FleetHost, FleetMessage, HostEvents } from './host.ts'
import { reconnectWait } from './reconnect-wait.ts'
import type { Scheduled, Timetable } from './timetable.ts'

export interface TranscriptSettings {
  readonly group: ModuleGroup
  readonly transcript: Transcript
  /** Of its holes. */
  readonly values: HoleValues
  readonly schedule: Timetable
  readonly clock: Clock
  readonly random: Random
  readonly events: HostEvents
}

/** Plays a transcript to its module, and again behind a lost connection. What it does is read off the line. */
export class TranscriptHost implements FleetHost {
  readonly #settings: TranscriptSettings
  readonly #line: MemoryLine
  #stream: ByteStream | undefined
  #isUp = false
  #wanted = false
  #failures = 0
  #sent: FleetMessage[] = []
  #sequence = 0
  #text = ''
  #retry: Scheduled | undefined

  constructor(line: MemoryLine, settings: TranscriptSettings) {
    this.#line = line
    this.#settings = settings
  }

  connect(intendedAt: number): void {
    if (this.#wanted) return
    this.#wanted = true
    void this.#play(intendedAt)
  }

  disconnect(): void {
    if (this.#isUp) this.#settings.events.left()
    this.#wanted = this.#isUp = false
    this.#settings.schedule.cancel(this.#retry)
  }

  /** What is subscribed and published stands in the transcript. */
  subscribe(): void {}
  publish(message: FleetMessage): void {
    this.#settings.events.failed(message, 'a transcript publishes what stands in it')
  }

  pending(): number {
    return this.#sent.length
  }

  rename(): void {}

  powerLost(): void {
    if (this.#isUp) this.#lost('power')
  }

  powered(): void {}

  async close(): Promise<void> {
    this.disconnect()
    await this.#stream?.close()
  }

  async #play(intendedAt: number): Promise<void> {
    const { transcript, values, clock, events } = this.#settings
    await this.#stream?.close()
    this.#text = ''
    this.#sent = []
    events.attempted(intendedAt)
    this.#stream = heard(this.#line.dial(), (side, bytes) =>
      side === 'own' ? this.#typed(textOf(bytes)) : this.#heard(textOf(bytes)),
    )
    try {
      await playTranscript(transcript, this.#stream, { clock, values })
    } catch (error) {
      if (!this.#wanted) return
      if (this.#isUp) return this.#lost('transcript')
      events.refused(`transcript: ${(error as { readonly message?: string }).message?.split('\n')[0] ?? 'failed'}`)
      this.#again()
    }
  }

  #lost(cause: string): void {
    this.#isUp = false
    this.#settings.events.lost(cause)
    this.#again()
  }

  #again(): void {
    const { group, schedule, random } = this.#settings
    const wait = reconnectWait(group.reconnect, ++this.#failures, random)
    if (wait === undefined || !this.#wanted) return
    const at = schedule.now() + Math.max(20, wait)
    schedule.cancel(this.#retry)
    this.#retry = schedule.at(at, () => void this.#play(at))
  }

  #typed(text: string): void {
    const { clock, events } = this.#settings
    if (!/AT\+CMQTTPUB=/.test(text)) return
    const now = clock.now()
    const message = { topic: '', payload: '', qos: 1, retain: false, sequence: ++this.#sequence } as const
    const sent: FleetMessage = { ...message, intendedAt: now, sentAt: now, attempts: 1 }
    this.#sent.push(sent)
    events.sent(sent)
  }

  #heard(text: string): void {
    this.#text += text
    const lines = this.#text.split('\n')
    this.#text = lines.pop()!
    for (const line of lines) this.#hearLine(line.trim())
  }

  #hearLine(line: string): void {
    const { events } = this.#settings
    const [, name, code] = /^\+CMQTT(CONNECT|PUB|CONNLOST): 0,(\d+)$/.exec(line) ?? []
    if (name === 'CONNECT' && code === '0' && !this.#isUp) {
      this.#isUp = true
      this.#failures = 0
      events.up()
    }
    if (name === 'CONNLOST' && this.#isUp) this.#lost(`CONNLOST ${code}`)
    if (name === 'PUB') this.#published(code!)
    if (line.startsWith('+CMQTTRXEND')) events.received('')
  }

  #published(code: string): void {
    const sent = this.#sent.shift()
    if (!sent) return
    if (code === '0') this.#settings.events.acked(sent)
    else this.#settings.events.failed(sent, `err ${code}`)
  }
}
