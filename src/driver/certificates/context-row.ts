import { isOwnName } from '../protocol/prompt-cleanup.ts'

/** What one line of `AT+CSSLCFG?` says of a context. */
export interface ContextRow {
  readonly sslContext: number
  readonly sslVersion: number
  readonly authMode: number
  readonly ignoreLocalTime: number
  readonly negotiateTime: number
  readonly caCert: string
  readonly clientCert: string
  readonly clientKey: string
  /** `''` where the firmware does not show it. */
  readonly password: string
  readonly enableSni: number
}

const head = 8

/** Firmwares differ in what stands behind the eighth value; there the quoted one is the password, the first bare one SNI. */
export function contextRow(line: string): ContextRow | undefined {
  const values = /^\+CSSLCFG: ?(.*)$/.exec(line)?.[1]?.match(/"[^"]*"|[^,]+/g)
  if (!values || values.length < head) return undefined
  const [sslContext, sslVersion, authMode, ignoreLocalTime, negotiateTime] = values.slice(0, 5).map(Number)
  const [caCert, clientCert, clientKey] = values.slice(5, head).map(unquoted)
  const more = values.slice(head)
  return {
    sslContext: sslContext!,
    sslVersion: sslVersion!,
    authMode: authMode!,
    ignoreLocalTime: ignoreLocalTime!,
    negotiateTime: negotiateTime!,
    caCert: caCert!,
    clientCert: clientCert!,
    clientKey: clientKey!,
    password: unquoted(more.find((value) => value.startsWith('"')) ?? ''),
    enableSni: Number(more.find((value) => !value.startsWith('"')) ?? 0),
  }
}

const unquoted = (value: string): string => value.replace(/^"|"$/g, '')

export const filesNamed = ({ caCert, clientCert, clientKey, password }: ContextRow): readonly string[] =>
  [caCert, clientCert, clientKey, password].filter((name) => name !== '')

/** It is not configured. */
export const isUntouched = (row: ContextRow): boolean =>
  row.authMode === 0 && row.enableSni === 0 && filesNamed(row).length === 0

/** It names files, and all are ours. */
export const isOwn = (row: ContextRow): boolean => filesNamed(row).length > 0 && filesNamed(row).every(isOwnName)
