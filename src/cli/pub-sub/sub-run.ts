import type { Client } from '../../driver/node.ts'
import { type Format, type PrintOptions, printedMessage } from '../../terminal/printing/printed-message.ts'
import { exitCodes } from '../exit.ts'
import { outputEnded, printOwn } from '../output.ts'
import { stopSignal } from '../signals.ts'
import { type BrokerCliOptions, connectOptionsOf } from './broker-options.ts'
import { firstConnection, warn, withClient } from './mqtt-client.ts'

export interface SubCliOptions extends BrokerCliOptions {
  readonly topic: readonly string[]
  /** `-C` */
  readonly count?: number
  /** `-W`, in s. */
  readonly timeout?: number
  readonly verbose?: boolean
  readonly format?: Format
  /** False: `-N`. */
  readonly eol: boolean
}

/** The exit code of mosquitto_sub when the time of -W is over. */
const timedOut = 27

/** Prints messages until -C or -W is reached, or until a signal. Resolves to the exit code. */
export async function runSub(options: SubCliOptions): Promise<number> {
  const { topic, qos = 0, timeout } = options
  const stopped = stopSignal().then(() => exitCodes.ok)
  return withClient(connectOptionsOf('sub', options), (client) => {
    let state = () => 'the client is not connected yet'
    let received = 0
    client.on('message', () => received++)
    const printed = printing(client, options)
    const subscribing = async (): Promise<number> => {
      await firstConnection(client)
      state = () => 'the server has not answered SUB yet'
      await client.subscribeAsync(topic, { qos })
      state = () =>
        `it was subscribed, and ${received === 0 ? 'no message' : received === 1 ? '1 message' : `${received} messages`} came`
      return new Promise<never>(() => {})
    }
    const late = deadline(timeout)
    return Promise.race([printed, subscribing(), gaveUp(client), stopped, late.over])
      .then((code) => {
        if (code === timedOut) warn(`the ${timeout} s of -W are over: ${state()}.`)
        return code
      })
      .finally(late.cancel)
  })
}

/** `timedOut` after so many seconds. */
function deadline(seconds: number | undefined) {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<number>((resolve) => {
    if (seconds !== undefined) timer = setTimeout(() => resolve(timedOut), seconds * 1000)
  })
  return { over, cancel: () => clearTimeout(timer) }
}

/** Resolves when the client stops reconnecting after an error that a retry can't fix; the error has been printed by then. */
const gaveUp = (client: Client<Buffer>): Promise<number> =>
  new Promise((resolve) => client.on('close', () => client.disconnected && resolve(exitCodes.negative)))

/** Resolves when the last message is printed, or standard output is closed. */
function printing(client: Client<Buffer>, { count, verbose = false, eol, format }: SubCliOptions): Promise<number> {
  const how: PrintOptions = { verbose, lineEnd: eol, ...(format && { format }), escaped: process.stdout.isTTY === true }
  let left = count ?? Number.POSITIVE_INFINITY
  return new Promise((resolve) => {
    void outputEnded.then(() => resolve(exitCodes.ok))
    client.on('message', (topic, payload) => {
      if (left-- < 1) return
      printOwn(printedMessage({ topic, payload, at: Date.now() }, how))
      if (left < 1) resolve(exitCodes.ok)
    })
  })
}
