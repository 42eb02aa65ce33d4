import { describe, expect, test } from 'vitest'
import { bytesOf, escapeBytes, profiles, textOf } from '../../src/at/public.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { type CertificateStore, memoryStore } from '../../src/io/tls/certificate-store.ts'
import { Module, type Observer } from '../../src/module/public.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { writePublish } from '../support/mqtt-bytes.ts'

const sim767x = profiles.sim767x!
const boot = sim767x.boot.map(({ text }) => text)
const said = (...lines: readonly string[]): string => lines.map((line) => `\r\n${line}\r\n`).join('')

interface Stores {
  readonly certificates?: CertificateStore
  readonly files?: CertificateStore
}

/** A module with a server and hosts in memory. */
class Rig {
  readonly clock = virtualClock()
  readonly server = new MemoryServer()
  readonly logs: [level: string, message: string, fields: unknown][] = []
  readonly module: Module
  readonly first: Host

  constructor(stores: Stores = {}, profile = sim767x) {
    const log = {
      log: (level: string, message: string, fields?: unknown) => void this.logs.push([level, message, fields]),
    }
    this.module = new Module({ profile, clock: this.clock, dialer: this.server, log, ...stores })
    this.first = this.attach('first')
  }

  attach(name: string): Host {
    const { moduleEnd, host } = hostedLine(name)
    return new Host(this.module.attach(moduleEnd, name), host)
  }

  /** All that was shown, one line each. */
  watched(): { readonly seen: string[]; readonly end: () => void } {
    const seen: string[] = []
    const observer: Observer = {
      line: (line, direction, bytes) => void seen.push(`${line} ${direction} ${escapeBytes(bytes)}`),
      connection: (id, direction, bytes) => void seen.push(`${id} ${direction} ${escapeBytes(bytes)}`),
      ended: (id) => void seen.push(`${id} ended`),
      host: (line, present) => void seen.push(`${line} ${present ? 'comes' : 'goes'}`),
    }
    return { seen, end: this.module.observe(observer) }
  }

  connected(): this {
    for (const command of ['+CMQTTSTART', '+CMQTTACCQ=0,"c"', '+CMQTTCONNECT=0,"tcp://b.example",60,1'])
      this.first.at(command)
    return this
  }
}

class Host {
  readonly line: number
  readonly end: ReturnType<typeof hostedLine>['host']
  #text = ''

  constructor(line: number, end: ReturnType<typeof hostedLine>['host']) {
    this.line = line
    this.end = end
    end.open()
    end.onData((bytes) => {
      this.#text += textOf(bytes)
    })
    this.at('E0')
  }

  got(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  type(text: string): string {
    this.end.write(bytesOf(text))
    return this.got()
  }

  at(command: string): string {
    return this.type(`AT${command}\r`)
  }
}

describe('what observers are shown', () => {
  test('lines, connections and their ends, until they are removed', () => {
    const rig = new Rig()
    const { seen, end } = rig.watched()
    const { seen: others } = rig.watched()
    rig.first.at('')
    rig.connected()
    rig.server.send(Uint8Array.of(0xd0, 0))
    rig.first.at('+CMQTTDISC=0,60')
    expect(seen).toEqual([
      'first in AT\\r',
      'first out \\r\\nOK\\r\\n',
      'first in AT+CMQTTSTART\\r',
      'first out \\r\\nOK\\r\\n\\r\\n+CMQTTSTART: 0\\r\\n',
      'first in AT+CMQTTACCQ=0,"c"\\r',
      'first out \\r\\nOK\\r\\n',
      'first in AT+CMQTTCONNECT=0,"tcp://b.example",60,1\\r',
      'first out \\r\\nOK\\r\\n',
      '1 out \\x10\\x0f\\x00\\x06MQIsdp\\x03\\x02\\x00<\\x00\\x01c',
      '1 in  \\x02\\x00\\x00',
      'first out \\r\\n+CMQTTCONNECT: 0,0\\r\\n',
      '1 in \\xd0\\x00',
      'first in AT+CMQTTDISC=0,60\\r',
      '1 out \\xe0\\x00',
      '1 ended',
      'first out \\r\\nOK\\r\\n\\r\\n+CMQTTDISC: 0,0\\r\\n',
    ])
    expect(others).toEqual(seen)
    end()
    rig.first.at('')
    rig.first.end.close()
    expect(seen).toHaveLength(16)
    expect(others.slice(16)).toEqual(['first in AT\\r', 'first out \\r\\nOK\\r\\n', 'first goes'])
  })

  test('hosts that come and go, each line by its name', () => {
    const rig = new Rig()
    const { seen } = rig.watched()
    const second = rig.attach('second')
    second.end.close()
    second.end.open()
    rig.first.end.close()
    expect(seen).toEqual([
      'second comes',
      'second in ATE0\\r',
      'second out ATE0\\r\\r\\nOK\\r\\n',
      'second goes',
      'second comes',
      'first goes',
    ])
  })

  test('a private key as stars, typed and echoed, and what is typed ahead when it is taken up', () => {
    const rig = new Rig({ certificates: memoryStore() })
    rig.first.at('E1')
    const { seen } = rig.watched()
    expect(rig.first.type('AT+CCERTDOWN="key.pem",6\rsecretAT\r')).toContain('secret')
    expect(seen).toEqual([
      'first in AT+CCERTDOWN="key.pem",6\\r******',
      'first out AT+CCERTDOWN="key.pem",6\\r\\r\\n>\\r\\n******',
      'first in AT\\r',
      'first out \\r\\nOK\\r\\nAT\\r\\r\\nOK\\r\\n',
    ])
    expect(rig.first.at('+CCERTLIST')).toContain('+CCERTLIST: "key.pem"')
  })

  test('type-ahead once, when it is processed', () => {
    // Its CONNECT runs until the server has answered.
    const rig = new Rig({}, profiles.a76xx)
    rig.server.answers = false
    rig.connected()
    const { seen } = rig.watched()
    const typed = () => seen.filter((line) => line.startsWith('first in '))
    rig.first.type('AT+CSQ\rAT\r')
    expect(typed()).toEqual([])
    rig.server.send(Uint8Array.of(0x20, 2, 0, 0))
    expect(typed()).toEqual(['first in AT+CSQ\\rAT\\r'])
  })
})

describe('the certificate store behind its commands', () => {
  const stores = () => ({ certificates: memoryStore(), files: memoryStore() })

  test('files are written, listed, moved in and removed', () => {
    const { certificates, files } = stores()
    files.write('moved.pem', bytesOf('m'))
    const { first } = new Rig({ certificates, files })
    first.at('+CCERTDOWN="new.pem",2')
    expect(first.type('ab')).toBe(said('OK'))
    expect(textOf(certificates.read('new.pem')!)).toBe('ab')
    expect(first.at('+CCERTMOVE="moved.pem"')).toBe(said('OK'))
    expect([files.list(), textOf(certificates.read('moved.pem')!)]).toEqual([[], 'm'])
    expect(
      first
        .at('+CCERTLIST')
        .match(/"[^"]+"/g)
        ?.sort(),
    ).toEqual(['"moved.pem"', '"new.pem"'])
    expect(first.at('+CCERTDELE="new.pem"')).toBe(said('OK'))
    expect(certificates.list()).toEqual(['moved.pem'])
  })

  test('what is not there can be neither moved nor removed', () => {
    const { first, logs } = new Rig(stores())
    expect(first.at('+CCERTMOVE="none.pem"')).toBe(said('ERROR'))
    expect(first.at('+CCERTDELE="none.pem"')).toBe(said('ERROR'))
    expect(first.at('+CCERTLIST')).toBe(said('OK'))
    expect(logs).toEqual([])
  })

  test('a store that fails is an ERROR, and an error of the log', () => {
    const { first, logs } = new Rig()
    first.at('+CCERTDOWN="new.pem",2')
    expect(first.type('ab')).toBe(said('ERROR'))
    expect(logs).toEqual([['error', 'the certificate store failed: there is none', { name: 'new.pem' }]])
    expect(first.at('+CCERTLIST')).toBe(said('OK'))
    expect(first.at('+CCERTDELE="new.pem"')).toBe(said('ERROR'))
    expect(first.at('+CCERTMOVE="new.pem"')).toBe(said('ERROR'))
  })
})

describe('operations on a module', () => {
  test('coverage, signal, SIM, power, reset and texts', () => {
    const { module, first } = new Rig()
    first.at('+CREG=1')
    module.network('down')
    expect(first.got()).toBe(said('+CREG: 2'))
    module.network('up')
    expect(first.got()).toBe(said('+CREG: 1'))
    module.radio({ signal: 7 })
    expect(first.at('+CSQ')).toBe(said('+CSQ: 7,0', 'OK'))
    module.sim('remove')
    expect(first.got()).toContain('+CPIN: NOT INSERTED')
    module.sim('insert')
    expect(first.got()).toContain('+CPIN: READY')
    module.urc('grüß')
    expect(first.got()).toBe(said('gr\xc3\xbc\xc3\x9f'))
    module.power(false)
    expect(first.at('')).toBe('')
    module.power(true)
    expect(first.got()).toBe(said(...boot))
    module.reset()
    expect(first.got()).toBe(said(...boot))
    expect(module.state().cellular.power).toEqual({ kind: 'on' })
  })

  test('during silence nothing comes through, and nothing is lost', () => {
    const { module, first, server } = new Rig().connected()
    server.passesOn = true
    module.network('silent')
    server.send(writePublish({ topic: Buffer.from('t'), payload: Buffer.from('p'), qos: 0, packetId: 0 }))
    expect(first.got()).toBe('')
    module.network('up')
    expect(first.got()).toContain('+CMQTTRXPAYLOAD: 0,1\r\np')
  })

  test('defects are injected and removed', () => {
    const { module, first } = new Rig()
    module.injectDefect([{ kind: 'promptStuck' }])
    first.at('+CMQTTSTART')
    first.at('+CMQTTACCQ=0,"c"')
    expect(first.at('+CMQTTTOPIC=0,1')).toBe('\r\n>\r\n')
    module.injectDefect([])
    expect(first.at('')).toContain('OK')
  })

  test('a line that is taken away is heard no more, and the next one has another number', () => {
    const rig = new Rig()
    const second = rig.attach('second')
    expect(second.line).toBe(rig.first.line + 1)
    rig.module.detach(second.line)
    expect(second.at('')).toBe('')
    expect(rig.first.at('')).toBe(said('OK'))
    rig.module.urc('x')
    expect([rig.first.got(), second.got()]).toEqual([said('x'), ''])
    expect(rig.attach('third').line).toBe(second.line + 1)
  })

  test('close ends connections and lines, and nothing happens afterwards', async () => {
    const { module, first, server, clock } = new Rig().connected()
    expect(server.open).toBe(1)
    await module.close()
    expect(server.open).toBe(0)
    expect(() => first.at('')).toThrow('must open()')
    module.urc('x')
    clock.advance(600_000)
    expect(first.got()).toBe('')
  })
})
