import { ClientError, ConnectionLostError } from '../../../src/driver/client/errors.ts'
import {
  CmeError,
  InputError,
  MqttError,
  RefusedError,
  UnknownOutcomeError,
} from '../../../src/driver/commands/errors.ts'
import { OnlineError, PortClosedError } from '../../../src/driver/protocol/errors.ts'

/** What uses the driver: at least a connect, a subscribe and a publish. */
export interface Program {
  readonly name: string
  readonly seen: { readonly messages: number; readonly damaged: number }
  /** Bytes of the module that the driver keeps now. */
  buffered(): number
  /** Resolves when everything has settled and the driver was given up: `ok` or the name of an error, for each. */
  run(): Promise<readonly string[]>
}

export type Step = () => Promise<unknown>

/** The errors that a program is told to expect. */
const expected = [
  ...[ClientError, CmeError, ConnectionLostError, InputError, MqttError],
  ...[OnlineError, PortClosedError, RefusedError, UnknownOutcomeError],
]

/** Rejects where the driver rejects with what nobody is told to expect. */
export async function outcome(step: Step): Promise<string> {
  try {
    await step()
    return 'ok'
  } catch (error) {
    return nameOfExpected(error)
  }
}

export function nameOfExpected(error: unknown): string {
  if (expected.some((kind) => error instanceof kind)) return (error as Error).name
  throw new Error('an error that no program is told to expect', { cause: error })
}
