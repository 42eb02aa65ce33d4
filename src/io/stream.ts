/**
 * One end of a byte stream: what the module answers on and what the driver writes to. One file a transport in
 * `transports/`; what goes around a stream (pace, faults) is in `wrappers/` and is a stream itself.
 *
 * A stream that accepts (a listening TCP port, a PTY) or connects again by itself outlives its peers: they come and go.
 * One that was dialled once has its peer from `start` until it has gone for good.
 */
export interface ByteStream {
  /** What a person would use to reach it: `127.0.0.1:7672`, `/dev/ttyUSB2`, `stdio`. */
  readonly address: string
  /** Its speed, bits per second; missing: it has none, or it is not known. */
  readonly baud?: number
  /** It keeps, within its own limits, what comes while a command is executed: the module need take nothing ahead. */
  readonly holdsInput?: boolean
  /** Any program may be its next peer, as on a listening TCP port: what one has typed is not for the next. */
  readonly admitsStrangers?: boolean
  /** Says where events go; called once, before anything else. Nothing is delivered before it, nothing is lost either. */
  start(events: ByteStreamEvents): void
  /** Queues bytes for the peer; never blocks, keeps order. Dropped while no peer is there. The array is not changed afterwards. */
  write(bytes: Uint8Array): void
  /** Bytes written and not yet taken by the peer (queued here; what the kernel holds may be left out). */
  backlog(): number
  /** Stops and resumes `data` events; what the peer sends meanwhile waits in the kernel or at the peer. */
  pause(): void
  resume(): void
  /** Another speed, bits per second, both ways, once what was written has left; missing: the stream has none. */
  setBaud?(baud: number): void | Promise<void>
  /** Ends it and frees everything: listeners, descriptors, symlinks. Queued output is given a chance to leave first, at most 200 ms. No event comes after the call; a second call does nothing more. */
  close(): Promise<void>
}

export interface ByteStreamEvents {
  /** Bytes from the peer. The array may be reused by the stream after the call: keep a copy, not a view. */
  data(bytes: Uint8Array): void
  /** A peer is there (true) or has gone (false); `reason`: why it went, where that is known. Never twice the same value; starts as false. */
  presence?(present: boolean, reason?: Error): void
  /** The backlog fell: below half of the largest value it had since the last call, or to zero. */
  drained?(): void
}

/** Writes to a stream piece by piece, each when the one before has been taken. Its owner passes on the stream's events. */
export class StreamWriter {
  readonly #stream: ByteStream
  #waiting: { readonly resolve: () => void; readonly reject: (reason: Error) => void }[] = []
  #ended: Error | undefined

  constructor(stream: ByteStream) {
    this.#stream = stream
  }

  /** Resolves when more may be given; rejects once the stream has ended. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#ended) return Promise.reject(this.#ended)
    this.#stream.write(bytes)
    if (this.#stream.backlog() === 0) return taken
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  drained(): void {
    if (this.#stream.backlog() > 0) return
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  /** The peer has gone, or the stream was closed. */
  ended(reason: Error = new Error(`${this.#stream.address} is closed`)): void {
    this.#ended ??= reason
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended)
  }
}

const taken = Promise.resolve()
