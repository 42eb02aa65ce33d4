import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { ReadStream } from 'node:tty'
import type { Pipe } from '../../../src/io/stream.ts'
import { memoryPipe } from '../../../src/io/transports/memory.ts'
import { openPty } from '../../../src/io/transports/pty/pty.ts'
import { listenTcp } from '../../../src/io/transports/tcp.ts'
import type { HostLine } from '../../../src/transcript/player/play.ts'

/** A line to a module, seen from the host, and the pipe to attach on the other side. */
export interface Host extends HostLine {
  readonly pipe: Pipe
  /** To be called once the pipe is attached. */
  open(): Promise<void>
  close(): Promise<void>
}

export function memoryHost(): Host {
  const { pipe, host } = memoryPipe()
  return {
    pipe,
    open: async () => host.open(),
    write: (bytes) => host.write(bytes),
    onData: (callback) => host.onData(callback),
    close: async () => host.close(),
  }
}

export async function tcpHost(): Promise<Host> {
  const pipe = await listenTcp({ host: '127.0.0.1', port: 0 })
  const socket = connect({ host: '127.0.0.1', port: pipe.port, noDelay: true })
  await new Promise((resolve) => socket.once('connect', resolve))
  return {
    pipe,
    open: async () => {},
    write: (bytes) => void socket.write(bytes),
    onData: (callback) => void socket.on('data', callback),
    close: async () => void socket.destroy(),
  }
}

export async function ptyHost(path: string): Promise<Host> {
  const pipe = await openPty({ path })
  return { pipe, open: async () => {}, ...ptyProgram(path) }
}

/** A program that has opened a PTY. */
export function ptyProgram(path: string): HostLine & { close(): Promise<void> } {
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  const stream = new ReadStream(fd)
  return {
    write: (bytes) => void writeSync(fd, bytes),
    onData: (callback) => void stream.on('data', callback),
    close: async () => {
      stream.destroy()
      try {
        closeSync(fd)
      } catch {
        // The stream has closed it.
      }
    },
  }
}
