import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ByteStream } from '../../../src/io/stream.ts'
import { hostedLine, type MemoryHost } from '../../../src/io/testing/memory-host.ts'

export interface PageServer {
  readonly url: string
  /** The module's end of the line that pages open. */
  readonly moduleEnd: ByteStream
  /** Speeds at which the line was opened. */
  readonly bauds: readonly number[]
  close(): Promise<void>
}

/** What the page says that a test wants to end the line with, as pulling the plug does. */
const unplug = 'AT+UNPLUG\r'

const html = `<!doctype html><title>page</title>
<button id="connect">connect</button><pre id="log"></pre><script type="module" src="page.js"></script>`

/**
 * Serves a page with `page.js` on 127.0.0.1, and a line on `/line`: a WebSocket is a host that has it open. `guide`:
 * stands in the place of `guide.js`.
 */
export async function servePage(guide: string): Promise<PageServer> {
  const script = await bundle(fileURLToPath(new URL('../../browser/page.js', import.meta.url)), guide)
  const { moduleEnd, host } = hostedLine('line')
  const bauds: number[] = []
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(isScript ? script : html)
  })
  const lines = new WebSocketServer({ server, path: '/line' })
  lines.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    bauds.push(Number(new URL(request.url!, 'http://line').searchParams.get('baud')))
    bridge(socket, host)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async () => {
    for (const socket of lines.clients) socket.terminate()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, moduleEnd, bauds, close }
}

function bridge(socket: WebSocket, host: MemoryHost): void {
  host.open()
  host.onData((bytes) => socket.send(bytes))
  socket.on('close', () => host.close())
  socket.on('message', (data: Buffer) => {
    if (data.toString('latin1') === unplug) socket.terminate()
    else host.write(data)
  })
}

/** One file for a browser. `atmqtt/driver` is found as a user's bundler finds it: by the package's exports. */
async function bundle(entry: string, guide: string): Promise<string> {
  const [built] = await build({
    config: false,
    entry,
    plugins: [inPlaceOf('guide.js', guide)],
    format: 'esm',
    platform: 'browser',
    target: false,
    dts: false,
    deps: { alwaysBundle: [/./] },
    logLevel: 'error',
    // The package says that its code has no effects; that of the guide has.
    treeshake: false,
    // Without it `dist` is emptied, though nothing is written.
    clean: false,
    write: false,
  })
  const [chunk] = built?.chunks ?? []
  if (chunk?.type !== 'chunk') throw new Error('the bundler made no file of page.js')
  if (chunk.imports.length > 0) throw new Error(`no browser has ${chunk.imports.join(', ')}: is the package built?`)
  return chunk.code
}

/** Puts something in the place of a file. It has effects, though the package says that its files have none. */
function inPlaceOf(name: string, code: string) {
  const file = fileURLToPath(new URL(`../../browser/${name}`, import.meta.url))
  return {
    name,
    resolveId: {
      order: 'pre' as const,
      handler: (id: string) => (basename(id) === name ? { id: file, moduleSideEffects: true } : null),
    },
    load: (id: string) => (id === file ? code : null),
  }
}
