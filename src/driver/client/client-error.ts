/**
 * `unsupported`: the module can't do it · `invalid`: a value that can't be · `ended`: the client has ended ·
 * `queueFull`: nothing more can wait · `dropped`: newer messages have taken its place · `expired`: it waited too long ·
 * `notReady`: there is no module yet · `tooManyClients`: a module has two · `portLost`: the port is gone, and it was
 * given open, so nobody can open it again · `stagedDirty`: the module holds a payload that nobody asked for ·
 * `damaged`: a message was damaged on the line and is not delivered · `unverified`: a warning: TLS without knowing whose ·
 * `offline`: no connection, and it was not to wait for one.
 */
export type ClientErrorCode =
  | 'unsupported'
  | 'invalid'
  | 'ended'
  | 'queueFull'
  | 'dropped'
  | 'expired'
  | 'notReady'
  | 'tooManyClients'
  | 'portLost'
  | 'stagedDirty'
  | 'damaged'
  | 'unverified'
  | 'offline'

/** Something that the client can't do. One sentence: what is wrong and what to do about it. Nothing was published. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode

  constructor(code: ClientErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

export const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
