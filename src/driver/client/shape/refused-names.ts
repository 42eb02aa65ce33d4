import { ClientError } from '../errors.ts'
import { type EventArguments, listenerAdded, PlatformEmitter } from './emitter.ts'

const cannot = (name: string, why: string): ClientError => new ClientError('unsupported', `${name} can not be: ${why}.`)

const noSocket = (name: string) => (): never => {
  throw cannot(`stream.${name}`, 'the module has the socket; reconnect() ends the connection and makes another one')
}

/** What programs call on MQTT.js's socket to end a connection. */
export const refusedOfStream = { destroy: noSocket('destroy'), end: noSocket('end') }

const notEmitted: Readonly<Record<string, string>> = {
  packetsend: 'the line carries AT commands and no packets; the option trace is told what goes over it',
  packetreceive: 'the line carries AT commands and no packets; the option trace is told what goes over it',
  outgoingEmpty: 'queue.length says what waits, and each publish calls back',
}

/** What MQTT.js's clients have and a client over a module can't: it says so. */
export abstract class RefusedNames<E extends EventArguments<E>> extends PlatformEmitter<E> {
  readonly #told: string[] = []

  getLastMessageId(): never {
    throw cannot('getLastMessageId', 'the module chooses the packet identifiers, and does not tell them')
  }

  removeOutgoingMessage(_messageId?: number): never {
    throw cannot(
      'removeOutgoingMessage',
      'what is given to the module can not be taken back; queueTimeout bounds waiting',
    )
  }

  get handleMessage(): undefined {
    return undefined
  }

  set handleMessage(_handler: unknown) {
    throw cannot('handleMessage', 'the module acknowledges a message before it shows it; listen for message')
  }

  /** A listener was added. */
  [listenerAdded](event: unknown): void {
    const instead = typeof event === 'string' && Object.hasOwn(notEmitted, event) ? notEmitted[event] : undefined
    if (instead === undefined || this.#told.includes(String(event))) return
    this.#told.push(String(event))
    this.warnOf(new ClientError('ignored', `${String(event)} is never emitted: ${instead}.`))
  }

  protected abstract warnOf(warning: ClientError): void
}
