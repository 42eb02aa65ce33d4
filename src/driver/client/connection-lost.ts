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

  constructor(code: LossCause, cause?: unknown) {
    super(sentences[code], cause === undefined ? undefined : { cause })
    this.code = code
  }
}
