/** The port was closed before a command was sent. Nothing was sent. */
export class PortClosedError extends Error {
  override readonly name = 'PortClosedError'
  readonly command: string

  constructor(command: string) {
    super(`AT${command} was not sent: the port is closed. Open it again.`)
    this.command = `AT${command}`
  }
}

/** The port belongs to another program, as its own first line says (`said`), or to another device of this one. Nothing was sent to the module. */
export class PortBusyError extends Error {
  override readonly name = 'PortBusyError'
  readonly code = 'inUse'

  constructor(address: string, said?: string) {
    super(
      said === undefined
        ? `${address} is open already, in this program: clients share a module by openDevice({ path }) and a connect() each; or give each of them a line of the module.`
        : `${address} is in use (it says "${said}"): end the other program, or use another line of the module.`,
    )
  }
}

/** A command was given to a chat while another one was running. Nothing was sent. */
export class ChatBusyError extends Error {
  override readonly name = 'ChatBusyError'
  readonly code = 'busy'

  /** The names of the commands, not their lines: a line may hold a secret. */
  constructor(command: string, running: string) {
    super(
      `AT${command} was not sent: AT${running} is running. Wait for its answer, or use Modem, which queues commands.`,
    )
  }
}

/** `noAnswer`: nothing answers `AT` on the port. */
export type OnlineErrorCode =
  | 'noAnswer'
  | 'noSim'
  | 'pinWanted'
  | 'pinWrong'
  | 'pukWanted'
  | 'simFailure'
  | 'denied'
  | 'noSignal'
  | 'notRegistered'
  | 'apnRefused'

/** A module can't be brought online. One sentence: what is wrong and what to do about it. */
export class OnlineError extends Error {
  override readonly name = 'OnlineError'
  readonly code: OnlineErrorCode

  constructor(code: OnlineErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
