import type { ByteStream } from '../io/stream.ts'
import type { AttachedStream } from './attached-stream.ts'
import { OperatedModule, type OperatedParts } from './operated-module.ts'

/** Where a module is reached; what was not asked for is undefined. */
export interface ModuleAddresses {
  /** A path, such as `/tmp/ttyAT0`. */
  readonly pty?: string | undefined
  /** `127.0.0.1:7672` */
  readonly tcp?: string | undefined
  /** `mqtt://127.0.0.1:1883` */
  readonly broker?: string | undefined
  /** `mqtts://127.0.0.1:8883` */
  readonly brokerTls?: string | undefined
  /** `127.0.0.1:7673` */
  readonly control?: string | undefined
  /** The file of the root certificate of the embedded broker's authority. */
  readonly ca?: string | undefined
  /** The folder with the module's certificates. */
  readonly state: string
  /** Of all that is random: given again, it makes the same faults. */
  readonly seed: number
}

interface RunningParts extends ModuleAddresses, OperatedParts {
  readonly notes: readonly string[]
  readonly attach: (stream: ByteStream, name: string) => AttachedStream
  readonly inputEnded: Promise<void> | undefined
  readonly close: () => Promise<void>
}

/** A module that runs, with its lines, its broker and its control port. */
export class RunningModule extends OperatedModule implements ModuleAddresses {
  readonly pty: string | undefined
  readonly tcp: string | undefined
  readonly broker: string | undefined
  readonly brokerTls: string | undefined
  readonly control: string | undefined
  readonly ca: string | undefined
  readonly seed: number
  /** Sentences for whoever started it: defaults that were taken, ports that other machines reach. */
  readonly notes: readonly string[]
  /** With `stdio`: fulfilled when standard input has ended and everything typed has been answered. */
  readonly inputEnded: Promise<void> | undefined
  readonly #parts: RunningParts

  /** @internal `startModule` makes it. */
  constructor(parts: RunningParts) {
    super(parts)
    this.pty = parts.pty
    this.tcp = parts.tcp
    this.broker = parts.broker
    this.brokerTls = parts.brokerTls
    this.control = parts.control
    this.ca = parts.ca
    this.seed = parts.seed
    this.notes = parts.notes
    this.inputEnded = parts.inputEnded
    this.#parts = parts
  }

  /** A fresh one is made when this is first asked for, or when a file is first kept. */
  get state(): string {
    return this.#parts.state
  }

  /** Makes a byte stream one more line of the module, such as the `accepted` end of a `memoryLine()` of `atmqtt/driver`. */
  attach(stream: ByteStream, name: string): void {
    this.#parts.attach(stream, name)
  }

  protected shut(): Promise<void> {
    return this.#parts.close()
  }
}
