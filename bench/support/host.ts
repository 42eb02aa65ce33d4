import type { Socket } from 'node:net'
import { bytesOf, textOf } from '../../src/at/syntax/bytes.ts'

/** The host's end of a line. */
export interface HostEnd {
  write(bytes: Uint8Array): void
  onData(callback: (bytes: Uint8Array) => void): void
}

export const socketEnd = (socket: Socket): HostEnd => ({
  write: (bytes) => socket.write(bytes),
  onData: (callback) => socket.on('data', callback),
})

/** Waits for replies by their length, which costs next to nothing; `command` reads them. */
export class Host {
  readonly #end: HostEnd
  #missing = 0
  #resolve: (() => void) | undefined
  #read: ((text: string) => void) | undefined

  constructor(end: HostEnd) {
    this.#end = end
    end.onData((bytes) => this.#received(bytes))
  }

  /** Sends, and waits for so many bytes more. */
  exchange(bytes: Uint8Array, replyLength: number): Promise<void> {
    return new Promise((resolve) => {
      this.#missing = replyLength
      this.#resolve = resolve
      this.#end.write(bytes)
    })
  }

  /** Sends, and waits until what comes ends with `ending`: all of it. */
  command(text: string, ending: string): Promise<string> {
    return new Promise((resolve) => {
      let all = ''
      this.#read = (more) => {
        all += more
        if (!all.endsWith(ending)) return
        this.#read = undefined
        resolve(all)
      }
      this.#end.write(bytesOf(text))
    })
  }

  #received(bytes: Uint8Array): void {
    if (this.#read) return this.#read(textOf(bytes))
    this.#missing -= bytes.length
    if (this.#missing <= 0) this.#resolve?.()
  }
}

/** START and ACCQ: after it messages can be staged. */
export async function acquireClient(host: Host, clientId: string, lineEnd = '\r'): Promise<void> {
  await host.command(`AT+CMQTTSTART${lineEnd}`, '+CMQTTSTART: 0\r\n')
  await host.command(`AT+CMQTTACCQ=0,"${clientId}"${lineEnd}`, 'OK\r\n')
}

/** All that is needed before PUB and SUB. */
export async function connectClient(host: Host, clientId: string, port: number, keepAlive = 60): Promise<void> {
  await acquireClient(host, clientId)
  await connectAcquired(host, port, keepAlive)
}

/** A client that `acquireClient` or `acquireTlsClient` has made ready. */
export async function connectAcquired(host: Host, port: number, keepAlive = 60): Promise<void> {
  await host.command(`AT+CMQTTCONNECT=0,"tcp://127.0.0.1:${port}",${keepAlive},1\r`, '+CMQTTCONNECT: 0,0\r\n')
}

/** It can connect again afterwards. */
export async function disconnectClient(host: Host): Promise<void> {
  await host.command('AT+CMQTTDISC=0,60\r', '+CMQTTDISC: 0,0\r\n')
}

/** All that is needed before a CONNECT over TLS; `caCert` is in the certificate store. */
export async function acquireTlsClient(host: Host, clientId: string, authMode: 0 | 1, caCert: string): Promise<void> {
  await host.command('AT+CMQTTSTART\r', '+CMQTTSTART: 0\r\n')
  for (const command of [
    `+CMQTTACCQ=0,"${clientId}",1`,
    `+CSSLCFG="authmode",0,${authMode}`,
    `+CSSLCFG="cacert",0,"${caCert}"`,
    '+CMQTTSSLCFG=0,0',
  ])
    await host.command(`AT${command}\r`, 'OK\r\n')
}
