import type { Modem } from '../commands/modem.ts'
import { isOwnName } from '../protocol/prompt-cleanup.ts'
import type { SslContextNumber } from './tls-options.ts'

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

/** What a context is to be. */
export interface ContextSettings {
  /** 0 none, 1 the server, 2 both, 3 the client alone. */
  readonly authMode: 0 | 1 | 2 | 3
  readonly ignoreLocalTime: 0 | 1
  /** s */
  readonly negotiateTime: number
  readonly enableSni: 0 | 1
  readonly caCert?: string
  readonly clientCert?: string
  readonly clientKey?: string
  readonly password?: string
}

/** TLS 1.0 to 1.3, whatever both ends have. */
const sslVersion = 4

const wantedOf = (settings: ContextSettings): Readonly<Record<string, string | number>> => ({ sslVersion, ...settings })

/** Whether the module shows a context that is just so. Files that it names beyond that are not used. */
export const isConfigured = (row: ContextRow, settings: ContextSettings): boolean =>
  Object.entries(wantedOf(settings)).every(([key, value]) => row[key as keyof ContextRow] === value)

/** Sets what differs. Files first: a context must not verify with files of another program. */
export async function configure(
  modem: Modem,
  row: ContextRow | undefined,
  sslContext: SslContextNumber,
  settings: ContextSettings,
): Promise<void> {
  const { sslContexts } = modem.tls
  const differs = (key: keyof ContextSettings) => settings[key] !== undefined && row?.[key] !== settings[key]
  for (const key of ['caCert', 'clientCert', 'clientKey', 'password'] as const)
    if (differs(key)) await sslContexts[key]({ sslContext, value: settings[key]! })
  for (const key of ['ignoreLocalTime', 'enableSni'] as const)
    if (differs(key)) await sslContexts[key]({ sslContext, value: settings[key] })
  for (const key of ['negotiateTime', 'authMode'] as const)
    if (differs(key)) await sslContexts[key]({ sslContext, value: settings[key] })
  if (row?.sslVersion !== sslVersion) await sslContexts.sslVersion({ sslContext, value: sslVersion })
  // Not every firmware that has it shows it.
  if (modem.profile.tls.keys.includes('ignorecertCN')) await sslContexts.ignoreCertCn({ sslContext, value: 0 })
}
