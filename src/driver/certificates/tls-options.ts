/** One file in PEM; text as it is, or its bytes. */
export type Pem = string | Uint8Array

/** How a connection is secured, in the names of MQTT.js and `node:tls`. */
export interface TlsOptions {
  /** Of the URL. A name is sent as SNI, an address is not. */
  readonly host: string
  /** Authorities that may have issued the server's certificate; several are joined to one file. The module has none of its own. */
  readonly ca?: Pem | readonly Pem[] | undefined
  /** The client's certificate, with the authorities between it and the root behind it. */
  readonly cert?: Pem | readonly Pem[] | undefined
  /** The client's private key. */
  readonly key?: Pem | undefined
  /** Opens an encrypted `key`, where the firmware can do it. */
  readonly passphrase?: string | undefined
  /** `false`: the server is not verified. It is not verified either, with a warning, when it is not said and there is no `ca`. */
  readonly rejectUnauthorized?: boolean | undefined
  /** `''`: no SNI. Any name but the host's own is refused: the module sends that one. */
  readonly servername?: string | undefined
  /**
   * Whether the dates of certificates are left unchecked. When it is not said they are checked, unless the module's clock
   * shows that it was never set; then there is a warning.
   */
  readonly ignoreLocalTime?: boolean | undefined
  /** How long a handshake may take, 10–300 s; 300. */
  readonly negotiateTime?: number | undefined
}

/** What to bind a client to with `AT+CMQTTSSLCFG`. */
export interface SecureChoice {
  readonly sslContext: SslContextNumber
  /** One or more sentences, when the connection is less than it should be. */
  readonly warning?: string
}

export type SslContextNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
