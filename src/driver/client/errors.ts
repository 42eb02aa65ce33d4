/**
 * `unsupported`: the module can't do it · `unknownOption`: there is no option of that name · `ignored`: a warning: options
 * without effect · `unheard`: a warning: a call without a callback was refused, or has failed · `invalid`: a value that is not allowed · `ended`: the client has ended ·
 * `queueFull`: nothing more can wait · `dropped`: newer messages have taken its place · `expired`: it waited too long ·
 * `notReady`: there is no module yet; as a warning: nothing answers yet · `tooManyClients`: a module has two · `portLost`: the port is gone, and it was
 * given open, so nobody can open it again · `stagedDirty`: the module holds a payload from before ·
 * `damaged`: a message was damaged on the line and is not delivered · `unverified`: a warning: TLS without knowing whose ·
 * `offline`: no connection, and it was not to wait for one · `unanswered`: a warning: a result or an acknowledgement is
 * missing, and other operations go on · `duplicateId`: a warning: another client seems to have the same client ID ·
 * `takenOver`: a warning: one of the module's clients was taken from another program ·
 * `portShared`: a warning: another program, or a GNSS receiver, uses the port.
 */
export type ClientErrorCode =
  | 'unsupported'
  | 'unknownOption'
  | 'ignored'
  | 'unheard'
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
  | 'unanswered'
  | 'duplicateId'
  | 'takenOver'
  | 'portShared'

/** What a client refuses, gives up or warns of. One sentence: what is wrong and what to do about it. Nothing was published. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientErrorCode

  constructor(code: ClientErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

export const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))

/** `closed`, `reset`: by the server · `network` · `restart`: of the module · `port` · `recovery`: the module was started anew. */
export type LossCause = 'closed' | 'reset' | 'network' | 'restart' | 'port' | 'recovery' | 'unnoticed'

const sentences: Readonly<Record<LossCause, string>> = {
  closed: 'The server closed the connection.',
  reset: 'The connection was reset, or what came over it was no MQTT.',
  network: 'The mobile network is gone.',
  restart: 'The module has restarted.',
  port: 'The port to the module is gone.',
  recovery: 'The MQTT service of the module is started anew.',
  unnoticed: 'The connection had ended, and the module had not said so.',
}

/** A connection has ended without `end()`. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
  readonly code: LossCause

  /** `more`: what else is known, a sentence. */
  constructor(code: LossCause, cause?: unknown, more?: string) {
    super(
      more === undefined ? sentences[code] : `${sentences[code]} ${more}`,
      cause === undefined ? undefined : { cause },
    )
    this.code = code
  }
}
