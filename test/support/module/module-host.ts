import { expect } from 'vitest'
import { bytesOf, type Profile, profiles, textOf } from '../../../src/at/public.ts'
import { type NodeDialerOptions, nodeDialer } from '../../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../../src/io/runtime/clock-node.ts'
import type { Clock } from '../../../src/io/runtime/runtime.ts'
import { hostedLine, type MemoryHost } from '../../../src/io/testing/memory-host.ts'
import { Module } from '../../../src/module/public.ts'
import { until } from '../until.ts'

export interface HostedOptions {
  readonly profile?: Profile
  readonly clock?: Clock
  readonly lookup?: NonNullable<NodeDialerOptions['lookup']>
  readonly maxPacketBytes?: number
}

/** A host in memory that sends text (one character a byte) and expects exact bytes. */
export class TestHost {
  readonly end: MemoryHost
  #text = ''
  /** How many pieces have come: one a write of the module. */
  writes = 0

  constructor(end: MemoryHost) {
    this.end = end
    end.open()
    end.onData((bytes) => {
      this.#text += textOf(bytes)
      this.writes++
    })
  }

  /** Bytes as they are. */
  type(text: string): void {
    this.end.write(bytesOf(text))
  }

  /** A command and its CR. */
  send(command: string): void {
    this.type(`${command}\r`)
  }

  /** Waits for as many bytes as `expected` has; they must be these. */
  async expectBytes(expected: string): Promise<void> {
    await until(() => this.#text.length >= expected.length || !expected.startsWith(this.#text), '').catch(() => {})
    expect(this.#text.slice(0, expected.length)).toBe(expected)
    this.#text = this.#text.slice(expected.length)
  }

  /** Waits for bytes that begin like this, and takes them: for what may differ from broker to broker. */
  async expectMatch(pattern: RegExp): Promise<void> {
    const found = await until(() => pattern.exec(this.#text), `${pattern} in ${JSON.stringify(this.#text)}`)
    expect(found.index).toBe(0)
    this.#text = this.#text.slice(found[0].length)
  }

  /** CR LF text CR LF, one after the other. */
  async expectLines(...lines: readonly string[]): Promise<void> {
    await this.expectBytes(lines.map((line) => `\r\n${line}\r\n`).join(''))
  }

  /** Sends a command and expects lines. */
  async says(command: string, ...lines: readonly string[]): Promise<void> {
    this.send(command)
    await this.expectLines(...lines)
  }

  /** A command with a prompt, its data, and what follows `OK`. */
  async data(command: string, data: string, ...lines: readonly string[]): Promise<void> {
    this.send(command)
    await this.expectBytes('\r\n>\r\n')
    this.type(data)
    await this.expectLines('OK', ...lines)
  }

  /** Nothing but this has come, and nothing is left. */
  async expectQuiet(): Promise<void> {
    await this.says('AT', 'OK')
    expect(this.#text).toBe('')
  }
}

export interface HostedModule {
  readonly module: Module
  readonly host: TestHost
  readonly logs: readonly { readonly level: string; readonly message: string; readonly fields?: unknown }[]
  /** Another line, with a host of its own. */
  attach(name: string): Promise<TestHost>
  close(): Promise<void>
}

/** A module with the node dialer and a host in memory; echo is off. */
export async function startModule(options: HostedOptions = {}): Promise<HostedModule> {
  const { profile = profiles.sim767x!, clock = nodeClock, lookup, ...device } = options
  const logs: { level: string; message: string; fields?: unknown }[] = []
  const dialer = nodeDialer({ clock, ...(lookup && { lookup }) })
  const log = { log: (level: string, message: string, fields?: unknown) => void logs.push({ level, message, fields }) }
  const module = new Module({ profile, clock, dialer, log, ...device })
  const attach = async (name: string) => {
    const { moduleEnd, host: end } = hostedLine(name)
    module.attach(moduleEnd, name)
    const host = new TestHost(end)
    host.send('ATE0')
    await host.expectBytes('ATE0\r\r\nOK\r\n')
    return host
  }
  return { module, host: await attach('memory'), logs, attach, close: () => module.close() }
}

/** START, ACCQ and settings. */
export async function acquire(host: TestHost, index = 0, ...settings: readonly string[]): Promise<void> {
  if (index === 0) await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
  await host.says(`AT+CMQTTACCQ=${index},"client${index}"`, 'OK')
  for (const setting of settings) await host.says(`AT+CMQTTCFG=${setting}`, 'OK')
}

/** CONNECT and its result. */
export async function connect(host: TestHost, address: string, rest = '60,1', index = 0, code = 0): Promise<void> {
  await host.says(`AT+CMQTTCONNECT=${index},"tcp://${address}",${rest}`, 'OK', `+CMQTTCONNECT: ${index},${code}`)
}

/** A received message as the host sees it, in one string. */
export function receivedText(index: number, topic: string, payload: string): string {
  const parts: string[] = []
  for (let from = 0; from < payload.length; from += 1500) {
    const part = payload.slice(from, from + 1500)
    parts.push(`\r\n+CMQTTRXPAYLOAD: ${index},${part.length}\r\n${part}`)
  }
  return (
    `\r\n+CMQTTRXSTART: ${index},${topic.length},${payload.length}` +
    `\r\n+CMQTTRXTOPIC: ${index},${topic.length}\r\n${topic}${parts.join('')}\r\n+CMQTTRXEND: ${index}\r\n`
  )
}
