import { readFileSync } from 'node:fs'
import { afterAll, expect, vi } from 'vitest'
import type { ModuleEvent } from '../../../src/control/events.ts'
import type { Log, LogLevel } from '../../../src/io/runtime/runtime.ts'
import { suiteSecrets } from './suite-secrets.ts'

// Every test file runs with the real classes; these subclasses also report what they log, trace and send, so that secrets in it are found.

const heardLog = (log: Log): Log => ({
  log(level: LogLevel, message, fields) {
    suiteSecrets.tell(`the log, level ${level}`, `${message} ${fields ? JSON.stringify(fields) : ''}\n`)
    log.log(level, message, fields)
  },
})

vi.mock(import('../../../src/module/runtime/module.ts'), async (original) => {
  const real = await original()
  /** Its log is heard, and what hosts type is looked through for passwords. */
  class Module extends real.Module {
    readonly #typed = new Map<number, string>()

    constructor(options: ConstructorParameters<typeof real.Module>[0]) {
      super({ ...options, log: heardLog(options.log) })
    }

    override lineData(...[line, bytes]: Parameters<typeof real.Module.prototype.lineData>): void {
      const typed = (this.#typed.get(line.id) ?? '') + Buffer.from(bytes).toString('latin1')
      const end = typed.lastIndexOf('\r')
      if (end >= 0) suiteSecrets.keepTyped(typed.slice(0, end))
      this.#typed.set(line.id, typed.slice(Math.max(end + 1, typed.length - longestLine)))
      super.lineData(line, bytes)
    }
  }
  return { ...real, Module }
})

const longestLine = 4096

vi.mock(import('../../../src/faults/faults.ts'), async (original) => {
  const real = await original()
  class Faults extends real.Faults {
    constructor(...[module, options]: ConstructorParameters<typeof real.Faults>) {
      super(module, { ...options, log: heardLog(options.log) })
    }
  }
  return { ...real, Faults }
})

vi.mock(import('../../../src/io/runtime/log-pino.ts'), async (original) => {
  const real = await original()
  return { ...real, pinoLog: (options) => heardLog(real.pinoLog(options)) }
})

vi.mock(import('../../../src/control/events.ts'), async (original) => {
  const real = await original()
  class EventFeed extends real.EventFeed {
    override watch(listener: (event: ModuleEvent) => void): () => void {
      return super.watch((event) => {
        tellEvent(event)
        listener(event)
      })
    }
  }
  return { ...real, EventFeed }
})

/** What is told byte by byte is put together. */
function tellEvent(event: ModuleEvent): void {
  if (event.event === 'line') suiteSecrets.tell(`the events of line ${event.line}, ${event.direction}`, event.bytes)
  else suiteSecrets.tell('the events of connections', `${JSON.stringify(event)}\n`)
}

vi.mock(import('../../../src/control/trace-line.ts'), async (original) => {
  const real = await original()
  const traceLine: typeof real.traceLine = (event) => heard('a trace', real.traceLine(event))
  return { ...real, traceLine }
})

vi.mock(import('../../../src/control/state-view.ts'), async (original) => {
  const real = await original()
  const viewState: typeof real.viewState = (...given) => {
    const view = real.viewState(...given)
    const text = `${JSON.stringify(view)}\n`
    if (text !== lastState) suiteSecrets.tell('the state shown on the control port', text)
    lastState = text
    return view
  }
  let lastState = ''
  return { ...real, viewState }
})

vi.mock(import('../../../src/driver/protocol/trace.ts'), async (original) => {
  const real = await original()
  class ChatTrace extends real.ChatTrace {
    override line(...line: Parameters<InstanceType<typeof real.ChatTrace>['line']>): string {
      return heard("the driver's trace", super.line(...line))
    }
  }
  const rawTraceLine: typeof real.rawTraceLine = (bytes) => heard("the driver's trace", real.rawTraceLine(bytes))
  return { ...real, ChatTrace, rawTraceLine }
})

vi.mock(import('../../../src/recording/recorder.ts'), async (original) => {
  const real = await original()
  class Recorder extends real.Recorder {
    constructor(options: ConstructorParameters<typeof real.Recorder>[0]) {
      const write = (text: string) => options.write(options.redact ? heard('a recording', text) : text)
      super({ ...options, write })
    }
  }
  return { ...real, Recorder }
})

function heard(place: string, text: string): string {
  suiteSecrets.tell(place, `${text}\n`)
  return text
}

vi.mock(import('../../../src/io/tls/testing-certificates.ts'), async (original) => {
  const real = await original()
  const make: typeof real.make = async (draft) => {
    const made = await real.make(draft)
    suiteSecrets.keepKeys(made.key)
    return made
  }
  return { ...real, make }
})

vi.mock(import('../../../src/broker/certificates.ts'), async (original) => {
  const real = await original()
  const newKey: typeof real.newKey = async () => {
    const key = await real.newKey()
    suiteSecrets.keepKeys(key)
    return key
  }
  return { ...real, newKey }
})

/** Set-up files come first, so this runs when all that a test file does afterwards is done. */
afterAll(() => {
  const file = expect.getState().testPath ?? ''
  suiteSecrets.keepTyped(readFileSync(file, 'utf8'))
  const findings = suiteSecrets.findings()
  suiteSecrets.nextFile()
  if (findings.length > 0) throw new Error(`${file} uses secrets that are let be known: ${findings.join('; ')}`)
})
