import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { SetupError } from '../../io/setup-error.ts'
import { hostAndPort, isLoopback, type ListenAddress, listening } from '../../io/transports/tcp-socket.ts'
import { maxFrameBytes } from '../protocol.ts'
import { Gate, securityHeaders } from './gate.ts'
import { PageClient, type Tokens } from './page-client.ts'
import type { PageFiles } from './page-files.ts'
import type { Served } from './served.ts'

export interface ConsoleServerOptions extends ListenAddress {
  /** Other machines may reach it. */
  readonly exposed?: boolean | undefined
  readonly files: PageFiles
  readonly served: Served
}

export interface Console {
  /** `127.0.0.1:7680` */
  readonly address: string
  /** The page with the token that may act: `http://127.0.0.1:7680/#token=…`. Whoever has it may do everything. */
  readonly url: string
  /** The page with the token that may look. */
  readonly viewUrl: string
  /** Ends every page and frees the port. */
  close(): Promise<void>
}

/** So many pages at once. */
const mostPages = 32
const tokenBytes = 16
const streamPath = '/stream'

/** Serves a console. Rejects with a `SetupError`: an address that can't be had, or one that other machines reach. */
export async function serveConsole({ host, port, exposed, files, served }: ConsoleServerOptions): Promise<Console> {
  if (!exposed && !isLoopback(host))
    throw new SetupError(
      'invalid',
      `Other machines reach a console on ${host}, without encryption: who reads its token may do everything. Say so with --console-exposed, or listen on 127.0.0.1.`,
    )
  const tokens = { drive: newToken(), view: newToken() }
  const server = createServer({ maxHeaderSize: 8192, requestTimeout: 10_000 })
  const bound = await listening(server, { host, port })
  const close = answerOn(server, new Gate(host, bound), { files, served, tokens })
  const address = hostAndPort(host, bound)
  const urlOf = (token: string): string => `http://${address}/#token=${token}`
  return { address, url: urlOf(tokens.drive), viewUrl: urlOf(tokens.view), close }
}

/** 128 bits. */
const newToken = (): string => randomBytes(tokenBytes).toString('base64url')

interface Answering {
  readonly files: PageFiles
  readonly served: Served
  readonly tokens: Tokens
}

/** Answers requests and takes pages in; the returned function ends that. */
function answerOn(server: Server, gate: Gate, { files, served, tokens }: Answering): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false })
  const clients = new Set<PageClient>()
  server.on('request', (request, response) => answer(request, response, gate, files))
  server.on('upgrade', (request, socket, head) => {
    const refused = upgradeRefusal(request, gate) ?? (clients.size >= mostPages ? '503 Service Unavailable' : undefined)
    if (refused !== undefined) return refuse(socket, refused)
    sockets.handleUpgrade(request, socket, head, (page) => {
      const client = new PageClient(page, served, tokens)
      clients.add(client)
      page.on('close', () => clients.delete(client))
    })
  })
  return async () => {
    for (const client of clients) client.end()
    sockets.close()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    const late = setTimeout(() => server.closeAllConnections(), 500)
    for (const page of sockets.clients) setTimeout(() => page.terminate(), 400).unref()
    server.closeIdleConnections()
    await closed
    clearTimeout(late)
  }
}

function answer(
  { method, url = '/', headers }: IncomingMessage,
  response: ServerResponse,
  gate: Gate,
  files: PageFiles,
) {
  const { host } = headers
  if (!gate.admitsHost(host)) return say(response, 403, 'This console does not go by that name.')
  for (const [name, value] of Object.entries(securityHeaders(host))) response.setHeader(name, value)
  if (method !== 'GET' && method !== 'HEAD') return say(response, 405, 'There is nothing but a page here.')
  const file = files.get(url.split('?')[0]!)
  if (!file) return say(response, 404, 'There is no such file.')
  response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length })
  response.end(method === 'HEAD' ? undefined : file.bytes)
}

function say(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end(`${sentence}\n`)
}

/** Looked at before anything is upgraded. */
function upgradeRefusal({ method, url, headers }: IncomingMessage, gate: Gate): string | undefined {
  if (!gate.admitsHost(headers.host) || !gate.admitsOrigin(headers.origin)) return '403 Forbidden'
  return method === 'GET' && url === streamPath ? undefined : '404 Not Found'
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
