import { nodeClock } from '../io/clock-node.ts'
import type { Pipe } from '../io/pipe.ts'
import { openSerial } from '../io/serial.ts'
import { SetupError } from '../io/setup-error.ts'
import { connectTcp } from '../io/tcp-connect.ts'
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
export async function openLink({ port, tcp }: LineOptions): Promise<ModuleLink> {
  const pipe = await openModulePipe({ port, tcp })
  const { link, present } = linkOver(pipe)
  await modulePresent(pipe, present)
  return link
}

/** The line to a module, not started yet. */
export async function openModulePipe({ port, tcp }: LineOptions): Promise<Pipe> {
  return port ? openSerial({ ...port, clock: nodeClock }) : connectTcp({ ...tcp!, clock: nodeClock })
}

/** Waits until the module is there; closes its pipe and rejects with a `SetupError` when it does not come. */
export async function modulePresent(pipe: Pipe, present: Promise<void>): Promise<void> {
  if (await within(present, connectMs)) return
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

async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const inTime = await Promise.race([promise.then(() => true), late])
  clearTimeout(timer)
  return inTime
}
