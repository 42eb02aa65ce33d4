/**
 * A byte pipe to a host: one AT line's outside. A host may come and go (a TCP client, a program that opens the PTY);
 * the pipe stays. One file a kind beside this one.
 */
export interface Pipe {
  /** What a person would use to reach it: `127.0.0.1:7672`, `/tmp/ttyAT0`, `stdio`. */
  readonly address: string
  /** It keeps, within its own limits, what comes while a command is executed: the module need take nothing ahead. */
  readonly holdsInput?: boolean
  /** Says where events go; called once, before anything else. Nothing is delivered before it, nothing is lost either. */
  start(events: PipeEvents): void
  /** Queues bytes for the host; never blocks, keeps order. Dropped while no host is there. The array is not changed afterwards. */
  write(bytes: Uint8Array): void
  /** Bytes written and not yet taken by the host (queued here; what the kernel holds may be left out). */
  backlog(): number
  /** Stops and resumes `data` events; what the host sends meanwhile waits in the kernel or the peer. */
  pause(): void
  resume(): void
  /** Another speed, bits per second, both ways, once what was written has left; missing: the pipe has none. */
  setBaud?(baud: number): void
  /** Ends it and frees everything: listeners, descriptors, symlinks. Queued output is given a chance to leave first, at most 200 ms. No event comes after the call. */
  close(): Promise<void>
}

export interface PipeEvents {
  /** Bytes from the host. The array may be reused by the pipe after the call: keep a copy, not a view. */
  data(bytes: Uint8Array): void
  /** A host opened the pipe (true) or the last one left (false). Never twice the same value; starts as false. */
  host(present: boolean): void
  /** The backlog fell: below half of the largest value it had since the last call, or to zero. */
  drained(): void
}

/** One AT line as a program sees it that sends commands: the other end of a `Pipe`. One file a kind in `ports/`. */
export interface Port {
  /** What a person calls it: `/dev/ttyUSB2`, `127.0.0.1:7672`. */
  readonly address: string
  /** Says where events go; called once, before anything else. Nothing is delivered before it, nothing is lost either. */
  start(events: PortEvents): void
  /** Sends bytes, in order, and resolves when more may be given; rejects once the port is closed. The array is not changed afterwards. */
  write(bytes: Uint8Array): Promise<void>
  /** Sets the speed, bits per second; missing: the port has none. */
  setBaud?(baud: number): Promise<void>
  /** Gives it back; no event comes after the call. */
  close(): Promise<void>
}

export interface PortEvents {
  /** Bytes from the module. The array may be reused by the port after the call. */
  data(bytes: Uint8Array): void
  /** The line is gone: unplugged, closed by the other side; `error` says why. At most once, and last. */
  closed(error?: Error): void
}
