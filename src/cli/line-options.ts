import { nodeClock } from '../io/runtime/clock-node.ts'
import type { Log } from '../io/runtime/runtime.ts'
import { SetupError } from '../io/setup-error.ts'
import type { Pipe } from '../io/stream.ts'
import { openSerial } from '../io/transports/serial.ts'
import { connectTcp } from '../io/transports/tcp-connect.ts'
import type { HostPort, SerialAddress } from './addresses.ts'

/** Where a module is that runs elsewhere. */
export interface LineOptions {
  readonly port?: SerialAddress | undefined
  readonly tcp?: HostPort | undefined
}

/** How long a module's TCP port may take to accept. */
const connectMs = 5000

/** An open line to a module: we are the host. */
export interface ModuleLink {
  readonly pipe: Pipe
  onData(callback: (bytes: Uint8Array) => void): void
  /** Told once, when the other end is gone. */
  onEnd(callback: () => void): void
  write(bytes: Uint8Array): void
  close(): Promise<void>
}

/** Opens a line to a module and waits until it is there. Rejects with a `SetupError`. */
export async function openLink(options: LineOptions): Promise<ModuleLink> {
  const opened = await openModulePipe(options)
  const { link, present } = linkOver(opened.pipe)
  await modulePresent(opened, present)
  return link
}

/** A line to a module, not started yet. */
export interface OpenedPipe {
  readonly pipe: Pipe
  /** Resolves when the first attempt to connect has failed. */
  readonly refused: Promise<void>
}

export async function openModulePipe({ port, tcp }: LineOptions): Promise<OpenedPipe> {
  if (port) return { pipe: await openSerial({ ...port, clock: nodeClock }), refused: new Promise(() => {}) }
  let refuse = (): void => {}
  const refused = new Promise<void>((resolve) => {
    refuse = resolve
  })
  const log: Log = { log: (level) => level === 'warn' && refuse() }
  return { pipe: connectTcp({ ...tcp!, clock: nodeClock, log }), refused }
}

/** Waits until the module is there; closes its pipe and rejects with a `SetupError` when it is not. */
export async function modulePresent({ pipe, refused }: OpenedPipe, present: Promise<void>): Promise<void> {
  if (await within(present, refused)) return
  await pipe.close()
  const where = pipe.address
  throw new SetupError('missing', `Nobody accepts connections on ${where}: start the module, or give another address.`)
}

function linkOver(pipe: Pipe): { readonly link: ModuleLink; readonly present: Promise<void> } {
  let [data, end] = [(_: Uint8Array): void => {}, (): void => {}]
  const present = new Promise<void>((resolve) =>
    pipe.start({
      data: (bytes) => data(bytes.slice()),
      host: (there) => (there ? resolve() : end()),
      drained() {},
    }),
  )
  const link: ModuleLink = {
    pipe,
    onData(callback) {
      data = callback
    },
    onEnd(callback) {
      end = callback
    },
    write: (bytes) => pipe.write(bytes),
    close: () => pipe.close(),
  }
  return { link, present }
}

async function within(present: Promise<void>, refused: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, connectMs)
  })
  const inTime = await Promise.race([present.then(() => true), refused.then(() => false), late.then(() => false)])
  clearTimeout(timer)
  return inTime
}
