import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Ask, Hello, ServerMessage, TimelineRow } from '../../../src/console/protocol.ts'
import { type Console, serveConsole } from '../../../src/console/server/console-server.ts'
import type { PageFiles } from '../../../src/console/server/page-files.ts'
import { serveModule } from '../../../src/console/server/start-console.ts'
import type { OperatedModule } from '../../../src/launch/operated-module.ts'
import { until } from '../until.ts'

const file = (type: string, text: string) => ({ type, bytes: new TextEncoder().encode(text) })

/** A page that says nothing: what is tried is the server. */
export const anyPage: PageFiles = new Map([
  ['/', file('text/html; charset=utf-8', '<!doctype html><title>console</title>')],
  ['/page.js', file('text/javascript; charset=utf-8', '')],
])

export interface OpenedTestConsole extends Console {
  readonly host: string
  readonly port: number
  readonly drive: string
  readonly view: string
}

export const tokenOf = (url: string): string => url.split('#token=')[1]!

/** A console of a module on a free port. */
export async function consoleOf(module: OperatedModule): Promise<OpenedTestConsole> {
  const { served, stop } = serveModule(module)
  const opened = await serveConsole({ host: '127.0.0.1', port: 0, files: anyPage, served })
  const port = Number(opened.address.split(':')[1])
  const tokens = { drive: tokenOf(opened.url), view: tokenOf(opened.viewUrl) }
  const close = async (): Promise<void> => {
    served.timeline.end('The module has ended.')
    await opened.close()
    stop()
  }
  return { ...opened, ...tokens, host: opened.address, port, close }
}

type Loose = Partial<Record<string, unknown>> & Partial<{ id: number; done: object; error: string; part: string }>

/** A page as the server sees it: a WebSocket that greets and asks. */
export class TestPage {
  readonly socket: WebSocket
  readonly messages: ServerMessage[] = []
  closed: { readonly code: number } | undefined
  #id = 0

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => this.messages.push(JSON.parse(String(data)) as ServerMessage))
    socket.on('close', (code) => {
      this.closed = { code }
    })
    socket.on('error', () => {})
  }

  static async open(address: string, greeting?: object): Promise<TestPage> {
    const socket = new WebSocket(`ws://${address}/stream`, { origin: `http://${address}` })
    const page = new TestPage(socket)
    await once(socket, 'open')
    if (greeting) page.socket.send(JSON.stringify(greeting))
    return page
  }

  get hello(): Hello | undefined {
    return this.messages.flatMap((message) => ('hello' in message ? [message.hello] : []))[0]
  }

  /** Those that came unasked. */
  rows(): readonly TimelineRow[] {
    return this.messages.flatMap((message) => ('rows' in message && message.id === undefined ? message.rows : []))
  }

  /** Waits for a row. */
  async row(wanted: (row: TimelineRow) => boolean): Promise<TimelineRow> {
    await until(() => this.rows().some(wanted), 'a row')
    return this.rows().find(wanted)!
  }

  /** What comes for a question: the last message, and the parts joined. */
  async ask(
    question: Ask extends infer A ? (A extends Ask ? Omit<A, 'id'> : never) : never,
  ): Promise<Loose & { parts: string }> {
    const id = ++this.#id
    this.socket.send(JSON.stringify({ id, ...question }))
    const own = (): readonly Loose[] => (this.messages as readonly Loose[]).filter((message) => message.id === id)
    await until(() => own().some(({ done, error }) => done || error) || this.closed !== undefined, 'an answer')
    return {
      ...own().at(-1),
      parts: own()
        .map(({ part = '' }) => part)
        .join(''),
    }
  }
}
