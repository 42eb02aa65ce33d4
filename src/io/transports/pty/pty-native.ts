import { constants } from 'node:fs'
import { errorText, SetupError } from '../../setup-error.ts'

/** What is used of the package `koffi`. */
export type Koffi = Pick<typeof import('koffi'), 'load' | 'errno'>

/** The C library's PTY functions. `fd` is any end's descriptor, `slave` one of the slave, `master` one of the master. */
export interface PtyNative {
  /** A new pair: the master's descriptor (non-blocking, not inherited by children) and the slave's name. */
  openMaster(): { readonly fd: number; readonly name: string }
  /** Bytes as they are: no echo, no line editing, no CR or LF translation. */
  makeRaw(slave: number): void
  /** Drops what was written to the master and not read from the slave. */
  flushInput(slave: number): void
  /** Bytes written to the master and not yet read from the slave. */
  unread(slave: number): number
  /** Whether a client wants the slave for itself (`TIOCEXCL`). It outlives that client. */
  isExclusive(slave: number): boolean
  setExclusive(slave: number, exclusive: boolean): void
  /** `hungUp`: nobody has the slave open. `readable`: there are bytes to read. */
  poll(master: number): { readonly hungUp: boolean; readonly readable: boolean }
  /** Notes who opens and closes a slave, by its name; undefined: the system does not tell. */
  watch(name: string): OpenWatch | undefined
}

/** What happens to a slave, us included. */
export interface OpenWatch {
  /** Since the last call, in order; several of a kind in a row may be one. */
  take(): readonly ('opened' | 'closed')[]
  end(): void
}

/** Loads the functions. Throws a `SetupError` that offers TCP where there is no PTY to be had. */
export async function loadPtyNative(importer = importKoffi, platform: string = process.platform): Promise<PtyNative> {
  if (platform !== 'linux') throw unsupported(`PTYs are made on Linux only, not on ${platform}`)
  if (importer !== importKoffi) return load(importer)
  native ??= load(importer)
  return native
}

const importKoffi = (): Promise<Koffi> => import('koffi')
let native: Promise<PtyNative> | undefined

async function load(importer: () => Promise<Koffi>): Promise<PtyNative> {
  try {
    return bind(await importer())
  } catch (error) {
    throw unsupported(`A PTY needs the optional package koffi, which can't be loaded (${firstLine(error)})`, error)
  }
}

function unsupported(reason: string, cause?: unknown): SetupError {
  return new SetupError('unsupported', `${reason}: use a TCP port instead, such as --tcp 127.0.0.1:7672.`, cause)
}

function firstLine(error: unknown): string {
  return errorText(error).split('\n')[0] ?? ''
}

// Linux, the same on every processor that koffi has a binary for.
const O_CLOEXEC = 0o2000000
const TIOCEXCL = 0x540c
const TIOCNXCL = 0x540d
const TIOCGEXCL = 0x80045440
const FIONREAD = 0x541b
const TCIFLUSH = 0
const TCSANOW = 0
const POLLIN = 0x1
const POLLHUP = 0x10

const IN_CLOSE = 0x18
const IN_OPEN = 0x20
/** Without a name: watch, mask, cookie, length, 4 bytes each. */
const EVENT_BYTES = 16

const TERMIOS_BYTES = 128

/**
 * The kernel queues up to some 12 KB for the slave and hands them on in its own time, 4095 at most till they are read;
 * `FIONREAD` counts these only. `poll` of an empty slave waits for the handing on. A fast reader may have taken a portion
 * by the time it is counted, so 0 holds once there were more rounds than portions.
 */
const PORTION_ROUNDS = 6

function bind(koffi: Koffi): PtyNative {
  const libc = koffi.load(null)
  const openpt = libc.func('int posix_openpt(int)')
  const grantpt = libc.func('int grantpt(int)')
  const unlockpt = libc.func('int unlockpt(int)')
  const ptsname = libc.func('int ptsname_r(int, _Out_ uint8_t *, size_t)')
  const tcgetattr = libc.func('int tcgetattr(int, _Out_ uint8_t *)')
  const tcsetattr = libc.func('int tcsetattr(int, int, const uint8_t *)')
  const cfmakeraw = libc.func('void cfmakeraw(_Inout_ uint8_t *)')
  const tcflush = libc.func('int tcflush(int, int)')
  const ioctl = libc.func('int ioctl(int, unsigned long, _Inout_ int32_t *)')
  const poll = libc.func('int poll(_Inout_ uint8_t *, unsigned long, int)')
  const watches = openWatches(libc)
  const pollFd = Buffer.alloc(8)
  const termios = Buffer.alloc(TERMIOS_BYTES)
  const value = new Int32Array(1)

  const readiness = (fd: number): number => {
    pollFd.writeInt32LE(fd, 0)
    pollFd.writeInt16LE(POLLIN, 4)
    pollFd.writeInt16LE(0, 6)
    poll(pollFd, 1, 0)
    return pollFd.readInt16LE(6)
  }

  return {
    openMaster() {
      const fd: number = openpt(constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK | O_CLOEXEC)
      if (fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0) throw noPty(koffi.errno())
      const name = Buffer.alloc(64)
      ptsname(fd, name, name.length)
      return { fd, name: name.toString('latin1', 0, name.indexOf(0)) }
    },
    makeRaw(slave) {
      if (tcgetattr(slave, termios) < 0) return
      cfmakeraw(termios)
      tcsetattr(slave, TCSANOW, termios)
    },
    flushInput(slave) {
      tcflush(slave, TCIFLUSH)
    },
    unread(slave) {
      value[0] = 0
      for (let round = 0; round < PORTION_ROUNDS && value[0] === 0; round++) {
        readiness(slave)
        ioctl(slave, FIONREAD, value)
      }
      return value[0]
    },
    isExclusive(slave) {
      value[0] = 0
      ioctl(slave, TIOCGEXCL, value)
      return value[0] !== 0
    },
    setExclusive(slave, exclusive) {
      ioctl(slave, exclusive ? TIOCEXCL : TIOCNXCL, null)
    },
    poll(master) {
      const events = readiness(master)
      return { hungUp: (events & POLLHUP) !== 0, readable: (events & POLLIN) !== 0 }
    },
    watch: watches,
  }
}

/** One instance of inotify for all slaves of the process, made with the first watch. It is read when somebody asks. */
function openWatches(libc: ReturnType<Koffi['load']>): PtyNative['watch'] {
  const init = libc.func('int inotify_init1(int)')
  const add = libc.func('int inotify_add_watch(int, const char *, uint32_t)')
  const remove = libc.func('int inotify_rm_watch(int, int)')
  const read = libc.func('long read(int, _Out_ uint8_t *, size_t)')
  const queues = new Map<number, ('opened' | 'closed')[]>()
  const buffer = Buffer.alloc(64 * EVENT_BYTES)
  let instance: number | undefined

  const readAll = (): void => {
    for (;;) {
      const length = Number(read(instance, buffer, buffer.length))
      for (let at = 0; at + EVENT_BYTES <= length; at += EVENT_BYTES + buffer.readUInt32LE(at + 12)) {
        const mask = buffer.readUInt32LE(at + 4)
        const queue = queues.get(buffer.readInt32LE(at))
        if (mask & IN_OPEN) queue?.push('opened')
        if (mask & IN_CLOSE) queue?.push('closed')
      }
      if (length < buffer.length) return
    }
  }

  return (name) => {
    instance ??= init(constants.O_NONBLOCK | O_CLOEXEC) as number
    const watch = instance < 0 ? -1 : (add(instance, name, IN_OPEN | IN_CLOSE) as number)
    if (watch < 0) return undefined
    queues.set(watch, [])
    return {
      take() {
        readAll()
        return queues.get(watch)?.splice(0) ?? []
      },
      end() {
        remove(instance, watch)
        queues.delete(watch)
      },
    }
  }
}

function noPty(errno: number): SetupError {
  return new SetupError(
    'denied',
    `The system gives no PTY (errno ${errno}): close some terminals, or use a TCP port instead.`,
  )
}
