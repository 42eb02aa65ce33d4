import { bytesOf, type Profile, profiles, textOf } from '../../src/at/public.ts'
import {
  createModuleConfig,
  type Effect,
  type Input,
  initialState,
  type ModuleConfig,
  type ModuleConfigOptions,
  type ModuleState,
  nextDeadline,
  step,
} from '../../src/module/public.ts'
import { frozen } from './frozen.ts'
import { type RawPacket, readPacket, word, writePacket } from './mqtt-bytes.ts'

type EffectOf<T extends Effect['type']> = Extract<Effect, { readonly type: T }>

export interface PureOptions extends ModuleConfigOptions {
  readonly profile?: Profile
  /** On after power-on; off here, for tests that are not about it. */
  readonly echo?: boolean
}

/** Bytes of an MQTT broker, written on their own. */
export const broker = {
  connack: (code = 0) => writePacket(0x20, 0, code),
  puback: (id: number) => writePacket(0x40, word(id)),
  pubrec: (id: number) => writePacket(0x50, word(id)),
  pubrel: (id: number) => writePacket(0x62, word(id)),
  pubcomp: (id: number) => writePacket(0x70, word(id)),
  suback: (id: number, granted = 0) => writePacket(0x90, word(id), granted),
  unsuback: (id: number) => writePacket(0xb0, word(id)),
  pingresp: () => writePacket(0xd0),
}

/**
 * `step` with a host and a server around it and nothing else: no I/O, no clock but `now`. Every state is frozen, so a
 * step that changes its input throws. Text is bytes, one character each.
 */
export class PureModule {
  readonly config: ModuleConfig
  state: ModuleState
  now = 0
  /** Of the last input. */
  effects: readonly Effect[] = []
  /** Connections dialled, newest last. */
  readonly dialled: EffectOf<'dial'>[] = []
  readonly logs: Pick<EffectOf<'log'>, 'level' | 'message'>[] = []
  readonly #out = new Map<number, string>()
  readonly #sent = new Map<number, Uint8Array[]>()

  constructor({ profile = profiles.sim767x!, echo = false, ...options }: PureOptions = {}) {
    this.config = createModuleConfig(profile, options)
    this.state = frozen(initialState(this.config))
    this.attach(1, echo)
  }

  attach(line: number, echo = false): this {
    this.input({ type: 'attach', line, name: `line ${line}` })
    this.input({ type: 'host', line, present: true })
    if (!echo) this.type('ATE0\r', line)
    return this
  }

  input(input: Input): this {
    const done = step(this.config, this.state, input, this.now)
    this.state = frozen(done.state)
    this.effects = done.effects
    for (const effect of done.effects) this.#note(effect)
    return this
  }

  #note(effect: Effect): void {
    if (effect.type === 'write')
      this.#out.set(effect.line, (this.#out.get(effect.line) ?? '') + effect.parts.map((part) => textOf(part)).join(''))
    if (effect.type === 'send')
      this.#sent.set(effect.connection, [...(this.#sent.get(effect.connection) ?? []), effect.bytes])
    if (effect.type === 'dial') this.dialled.push(effect)
    if (effect.type === 'log') this.logs.push({ level: effect.level, message: effect.message })
  }

  /** What was logged, without levels. */
  get logged(): readonly string[] {
    return this.logs.map(({ message }) => message)
  }

  /** What the line's host has got since it was last asked. */
  got(line = 1): string {
    const text = this.#out.get(line) ?? ''
    this.#out.delete(line)
    return text
  }

  /** Types bytes as they are; gives what the line has got. */
  type(text: string | Uint8Array, line = 1): string {
    this.input({ type: 'bytes', line, bytes: typeof text === 'string' ? bytesOf(text) : text })
    return this.got(line)
  }

  /** Types a command and its CR. */
  at(command: string, line = 1): string {
    return this.type(`AT${command}\r`, line)
  }

  /** A command with a prompt, and its data. */
  prompted(command: string, data: string, line = 1): string {
    return this.at(command, line) + this.type(data, line)
  }

  /** Goes on by `ms`, stopping wherever the module asked to be called. */
  advance(ms: number): this {
    const end = this.now + ms
    for (let due = nextDeadline(this.state); due <= end; due = nextDeadline(this.state)) {
      this.now = Math.max(this.now, due)
      this.input({ type: 'time' })
    }
    this.now = end
    return this
  }

  get connection(): number {
    return this.dialled.at(-1)?.connection ?? 0
  }

  /** TCP is up. */
  opened(connection = this.connection): this {
    return this.input({ type: 'connected', connection })
  }

  receives(bytes: Uint8Array, connection = this.connection): this {
    return this.input({ type: 'received', connection, bytes })
  }

  ended(how: 'closed' | 'reset', connection = this.connection): this {
    return this.input({ type: 'ended', connection, how })
  }

  congested(congested: boolean, connection = this.connection): this {
    return this.input({ type: 'congested', connection, congested })
  }

  /** The MQTT packets sent on a connection since it was last asked. */
  sent(connection = this.connection): RawPacket[] {
    let rest = Buffer.concat(this.#sent.get(connection) ?? [])
    this.#sent.delete(connection)
    const packets: RawPacket[] = []
    for (let packet = readPacket(rest); packet; packet = readPacket(rest)) {
      packets.push(packet)
      rest = rest.subarray(packet.raw.length)
    }
    return packets
  }

  /** START and ACCQ; nothing of it is left to read. */
  acquired(index = 0, clientId = `client${index}`): this {
    if (this.state.service.mqtt.kind === 'stopped') this.at('+CMQTTSTART')
    this.at(`+CMQTTACCQ=${index},"${clientId}"`)
    this.got()
    return this
  }

  /** CONNECT is accepted, TCP is up, CONNACK is awaited. */
  connecting(index = 0, rest = '60,1', line = 1): this {
    const kind = this.state.service.mqtt.kind === 'started' ? this.state.service.mqtt.clients[index]?.kind : undefined
    if (kind !== 'acquired') this.acquired(index)
    this.at(`+CMQTTCONNECT=${index},"tcp://broker.example",${rest}`, line)
    return this.opened()
  }

  /** Connected; nothing of it is left to read. */
  connected(index = 0, rest = '60,1', line = 1): this {
    this.connecting(index, rest, line).receives(broker.connack())
    this.sent()
    this.got(line)
    return this
  }
}

export const pureModule = (options: PureOptions = {}): PureModule => new PureModule(options)

const none = [0, 0] as const

/** A profile whose commands take no time when timing is real: for tests of what else takes its time. */
export const withoutResponseTimes = (profile: Profile): Profile => ({
  ...profile,
  responseTimes: {
    prompt: none,
    data: none,
    refused: none,
    quick: none,
    other: none,
    storage: none,
    network: none,
    release: none,
    radio: none,
    commands: {},
  },
})

/** Long since booted, while commands take their time. */
export function realModule({ echo = false, ...options }: PureOptions = {}): PureModule {
  const m = new PureModule({ ...options, timing: 'real', echo: true }).advance(60_000)
  if (!echo) m.at('E0')
  m.advance(1000).got()
  return m
}

const line = (text: string): string => `\r\n${text}\r\n`

export const OK = line('OK')
export const ERROR = line('ERROR')
/** CR LF text CR LF. */
export const said = line
/** A code before `ERROR`. */
export const refused = (text: string): string => line(text) + ERROR
/** `OK` and a deferred result. */
export const okThen = (text: string): string => OK + line(text)
export const PROMPT = '\r\n>\r\n'
