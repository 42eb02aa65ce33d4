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
