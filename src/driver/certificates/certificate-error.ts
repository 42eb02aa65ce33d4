/**
 * `badPem`: a file is none in PEM, or not what it should be. `tooLong`: the module takes no file of that size. `incomplete`:
 * one file needs another one. `notSupported`: the module can't do it. `storeRefused`: it does not take the file.
 * `noContext`: none of the ten contexts is free.
 */
export type CertificateErrorCode = 'badPem' | 'tooLong' | 'incomplete' | 'notSupported' | 'storeRefused' | 'noContext'

/** A connection can't be secured as the options say. One sentence: why, and what to do. No part of a file is in it. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
  readonly code: CertificateErrorCode

  constructor(code: CertificateErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
