/** Events that wait for a reader who is slower than they come, in characters; the oldest are dropped for newer ones. */
const maxWaiting = 1 << 20

/** What is needed of the client's socket. */
interface ClientSocket {
  readonly writable: boolean
  readonly writableNeedDrain: boolean
  write(text: string): unknown
  on(event: 'drain', listener: () => void): unknown
}

/** What goes to one control client: replies all of them, events as many as it reads. */
export class SendQueue {
  readonly #socket: ClientSocket
  #waiting: string[] = []
  #size = 0
  #dropped = 0

  constructor(socket: ClientSocket) {
    this.#socket = socket
    socket.on('drain', () => this.#flush())
  }

  reply(value: object): void {
    this.#write(value)
  }

  /** Never blocks, never grows without bound. */
  event(value: object): void {
    const line = JSON.stringify(value)
    this.#waiting.push(line)
    this.#size += line.length
    this.#flush()
    while (this.#size > maxWaiting) this.#drop()
  }

  #drop(): void {
    this.#size -= this.#waiting.shift()?.length ?? this.#size
    this.#dropped++
  }

  #flush(): void {
    if (this.#dropped > 0 && !this.#socket.writableNeedDrain) {
      this.#write({ event: 'dropped', count: this.#dropped })
      this.#dropped = 0
    }
    let sent = 0
    while (sent < this.#waiting.length && !this.#socket.writableNeedDrain) {
      const line = this.#waiting[sent++]!
      this.#size -= line.length
      this.#socket.write(`${line}\n`)
    }
    this.#waiting.splice(0, sent)
  }

  #write(value: object): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(value)}\n`)
  }
}
