import type { Modem } from '../commands/modem.ts'
import type { ContextRow } from './context-row.ts'
import type { SslContextNumber } from './tls-options.ts'

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

/** Sets what is different. Files first: a context must not verify with somebody else's. */
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
