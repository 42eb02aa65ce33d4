import type { ByteStream } from '../../../src/io/stream.ts'
import { memoryLine } from '../../../src/io/transports/memory.ts'
import { openPty } from '../../../src/io/transports/pty/pty.ts'
import { openSerialPort } from '../../../src/io/transports/serial.ts'
import { listenTcp, openTcpPort } from '../../../src/io/transports/tcp.ts'

/** Both ends of a line: the module's, to be attached, and the host's. */
export interface Line {
  readonly moduleEnd: ByteStream
  readonly host: ByteStream
}

export function memoryHost(): Line {
  const line = memoryLine()
  return { moduleEnd: line.accepted, host: line.dial() }
}

export async function tcpHost(): Promise<Line> {
  const moduleEnd = await listenTcp({ host: '127.0.0.1', port: 0 })
  return { moduleEnd, host: await openTcpPort({ host: '127.0.0.1', port: moduleEnd.port }) }
}

export async function ptyHost(path: string): Promise<Line> {
  return { moduleEnd: await openPty({ path }), host: await openSerialPort({ path }) }
}
