/** What a question needs beside a module that answers. */
export const needs = {
  broker: '--broker HOST:PORT',
  reset: '--may-reset',
  brokerTls: '--broker-tls HOST:PORT',
  certificates: '--may-write-certificates',
} as const
export type Need = keyof typeof needs

/** What may be used and done. */
export interface Permissions {
  readonly [need: string]: string | boolean | undefined
  /** `HOST:PORT` as the module reaches it. */
  readonly broker?: string | undefined
  readonly brokerTls?: string | undefined
  readonly reset?: boolean | undefined
  readonly certificates?: boolean | undefined
}
