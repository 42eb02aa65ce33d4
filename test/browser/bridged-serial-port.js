/** A serial port of Web Serial's shape for a page: what is written goes into a WebSocket, and what comes out is read. */
export class BridgedSerialPort {
  readable = null
  writable = null
  #url
  #socket

  constructor(url) {
    this.#url = url
  }

  async open({ baudRate }) {
    if (this.#socket) throw new DOMException('The port is already open.', 'InvalidStateError')
    const socket = new WebSocket(`${this.#url}?baud=${baudRate}`)
    socket.binaryType = 'arraybuffer'
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = () => reject(new DOMException('Failed to open serial port.', 'NetworkError'))
    })
    this.#socket = socket
    this.readable = new ReadableStream({ start: (to) => this.#read(socket, to) })
    this.writable = new WritableStream({ write: (bytes) => socket.send(bytes) })
  }

  async close() {
    if (this.readable?.locked || this.writable?.locked) throw new TypeError('Cannot cancel a locked stream')
    const socket = this.#socket
    this.#forget()
    await new Promise((resolve) => {
      socket.onclose = resolve
      socket.close()
    })
  }

  #read(socket, to) {
    let over = false
    socket.onmessage = ({ data }) => over || to.enqueue(new Uint8Array(data))
    socket.onclose = () => {
      if (this.#socket !== socket) return
      over = true
      this.#forget()
      to.error(new DOMException('The device has been lost.', 'NetworkError'))
    }
  }

  #forget() {
    this.readable = null
    this.writable = null
    this.#socket = undefined
  }
}
