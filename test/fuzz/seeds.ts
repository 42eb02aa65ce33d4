import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { profiles } from '../../src/at/profiles/profiles.ts'
import { bytesOf, concat, textOf } from '../../src/at/syntax/bytes.ts'
import { rules } from '../../src/explain/rules/rules.ts'
import type { Connection } from '../../src/io/net/dialer.ts'
import { createModuleConfig, initialState } from '../../src/module/public.ts'
import { parseTranscript } from '../../src/transcript/language/parse.ts'
import { fill, valuesOf } from '../../src/transcript/language/pattern.ts'
import type { Step, Transcript } from '../../src/transcript/language/transcript.ts'
import { sessionOf } from '../explain/session.ts'
import { shapes } from '../explain/shapes/shapes.ts'
import { MemoryServer } from '../support/memory-server.ts'
import { happenAll, mark, profileNames } from './interpret.ts'
import { ModuleBench } from './module-bench.ts'

/** What went over each side of a module while a transcript was played to it in memory. */
interface Traffic {
  readonly host: Uint8Array
  readonly module: Uint8Array
  readonly client: Uint8Array
  readonly server: Uint8Array
  /** An input of the target `interpret` that does the same again. */
  readonly events: Uint8Array
}

const values = valuesOf({
  broker: 'b.example:1883',
  peer: 'b.example:1883',
  brokerTls: 'b:8883',
  brokerMutual: 'b:8884',
  imei: '866000000000000',
})

/** Writes the inputs that fuzzing begins with: a folder a target, a file a transcript. */
export function writeSeeds(conformance: string, folder: string): void {
  writeLogs(join(folder, 'explain'))
  for (const fileName of readdirSync(conformance).filter((name) => name.endsWith('.at'))) {
    const text = readFileSync(join(conformance, fileName), 'utf8')
    const { host, module, client, server, events } = trafficOf(parseTranscript(text, fileName))
    const write = (target: string, name: string, ...bytes: Uint8Array[]) => {
      mkdirSync(join(folder, target), { recursive: true })
      writeFileSync(join(folder, target, name), concat(bytes))
    }
    const name = fileName.replace(/\.at$/, '')
    write('transcript', name, new TextEncoder().encode(text))
    write('scan', name, Uint8Array.of(3), host)
    write('scan', `${name}-repeated`, Uint8Array.of(4), repeated(host))
    write('interpret', name, events)
    for (const head of [0, 1, 2, 4, 5]) write('chat', `${name}-${head}`, Uint8Array.of(head), module)
    if (client.length > 0) write('mqtt', `${name}-client`, Uint8Array.of(0x20), client)
    if (server.length > 0) write('mqtt', `${name}-server`, Uint8Array.of(0x20), server)
  }
}

/** The examples of the rules, each in another shape of log. */
function writeLogs(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const written = Object.entries(shapes)
  rules
    .flatMap(({ id, examples, nearMisses }) =>
      [...examples, ...nearMisses].map((session, i) => [`${id}-${i}`, session]),
    )
    .forEach(([name, session], i) => {
      const [shape, write] = written[i % written.length]!
      writeFileSync(join(folder, `${name}-${shape}`), bytesOf(write(sessionOf(session!))))
    })
}

/** From a host that ends its lines with CR LF, and repeats each by `A/`. */
const repeated = (host: Uint8Array): Uint8Array => bytesOf(textOf(host).replaceAll('\r', '\r\nA/'))

function trafficOf(transcript: Transcript): Traffic {
  const profile = transcript.profile ?? 'sim767x'
  const device = createModuleConfig(profiles[profile]!, { timing: 'instant' })
  const play = new Play(new ModuleBench(device, initialState(device)))
  for (const step of transcript.steps) play.step(step)
  const events = play.events.flatMap((event) => [Uint8Array.of(mark), event])
  return {
    host: concat(play.host),
    module: concat(play.bench.written(1)),
    client: concat(play.client),
    server: concat(play.server),
    events: concat([Uint8Array.of(2 * profileNames.indexOf(profile), 3), ...events]),
  }
}

class Play {
  readonly bench: ModuleBench
  readonly host: Uint8Array[] = []
  readonly client: Uint8Array[] = []
  readonly server: Uint8Array[] = []
  readonly events: Uint8Array[] = []
  readonly #server = new MemoryServer()
  #connection: Connection | undefined
  #answers: Uint8Array[] = []

  constructor(bench: ModuleBench) {
    this.bench = bench
    this.#server.passesOn = true
    for (const line of [1, 2]) {
      bench.input({ type: 'attach', line, name: `${line}` })
      bench.input({ type: 'host', line, present: true })
    }
    bench.advance(60_000)
    bench.watch = (effect) => {
      if (effect.type === 'dial') this.#dial()
      if (effect.type === 'send') this.#send(effect.bytes)
    }
  }

  step(step: Step): void {
    if (step.kind !== 'send' && step.kind !== 'sendBytes') return void this.#happen('T', Uint8Array.of(1))
    const filled = fill(step.pattern, values, false)
    if (!('bytes' in filled)) throw new Error(`${step.fileName}:${step.line}: there is no value for {${filled.name}}`)
    const { bytes } = filled
    this.host.push(bytes, ...(step.kind === 'send' ? [bytesOf('\r')] : []))
    if (step.kind === 'send' && /^AT/.test(textOf(bytes))) this.#happen('l', bytes.subarray(2))
    else this.#happen('h', step.kind === 'send' ? concat([bytes, bytesOf('\r')]) : bytes)
  }

  #happen(letter: string, bytes: Uint8Array): void {
    const event = concat([bytesOf(letter), bytes])
    this.events.push(event)
    happenAll(this.bench, [event])
    for (let next = this.#answers.shift(); next; next = this.#answers.shift()) {
      this.events.push(next)
      happenAll(this.bench, [next])
    }
  }

  #dial(): void {
    const nothing = () => {}
    const events = { failed: nothing, drained: nothing, ended: nothing, reset: nothing }
    this.#connection = this.#server.dial(
      { host: 'b.example', port: 1883, timeoutMs: 1000 },
      {
        ...events,
        connected: () => void this.#answers.push(bytesOf('o')),
        data: (bytes) => {
          this.server.push(bytes)
          this.#answers.push(concat([bytesOf('r'), bytes]))
        },
      },
    )
  }

  #send(bytes: Uint8Array): void {
    this.client.push(bytes)
    this.#connection?.write(bytes)
  }
}
