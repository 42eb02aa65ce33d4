import { concat } from '../../at/syntax/bytes.ts'
import type { Modem } from '../commands/modem.ts'
import type { ContextPool } from './context-pool.ts'
import { type ContextRow, type ContextSettings, configure, contextRow, isConfigured } from './context-row.ts'
import { digest, ownName, type PemFiles, passwordName, pemFiles } from './pem-files.ts'
import { putFiles, type StoreFile } from './store.ts'
import type { SecureChoice, SslContextNumber, TlsOptions } from './tls-options.ts'
import { checkTlsOptions, clockIsSet, isAddress, verifiesServer, warningOf } from './verification.ts'

/**
 * Puts certificates into the module's store and configures a TLS context, each only where it is not so already. To be
 * called before every CONNECT: the module may have restarted. What it resolves with is for `AT+CMQTTSSLCFG`. Rejects
 * with a `CertificateError`, for options that can't be met before anything is sent, or with what a command rejects with.
 */
export async function secureContext(
  modem: Modem,
  tlsOptions: TlsOptions,
  contexts: ContextPool,
): Promise<SecureChoice> {
  const files = pemFiles(tlsOptions)
  checkTlsOptions(modem, tlsOptions, files)
  const plan = await planOf(tlsOptions, files)
  return contexts.exclusive(async () => {
    const clockIsMissing =
      tlsOptions.ignoreLocalTime === undefined && verifiesServer(tlsOptions) && !(await clockIsSet(modem))
    const settings = { ...plan.settings, ignoreLocalTime: ignoresTime(tlsOptions, clockIsMissing) }
    const sslContext = await setUp(modem, plan, settings, contexts)
    const warning = warningOf(tlsOptions, clockIsMissing)
    return { sslContext, ...(warning !== '' && { warning }) }
  })
}

/** What does not depend on the module. */
interface Plan {
  readonly settings: Omit<ContextSettings, 'ignoreLocalTime'>
  readonly files: readonly StoreFile[]
  readonly password?: Uint8Array
  /** Of the key and its password. */
  readonly digest?: string
}

async function planOf(tlsOptions: TlsOptions, { ca, cert, key, password }: PemFiles): Promise<Plan> {
  const verified = verifiesServer(tlsOptions)
  const named = async (what: StoreFile['what'], content: Uint8Array | undefined): Promise<StoreFile | undefined> =>
    content && { what, name: await ownName(content), content }
  const files = [verified ? await named('ca', ca) : undefined, await named('cert', cert), await named('key', key)]
  const [caFile, certFile, keyFile] = files
  const settings = {
    authMode: authMode(verified, keyFile !== undefined),
    negotiateTime: tlsOptions.negotiateTime ?? 300,
    enableSni: isAddress(tlsOptions.host) || tlsOptions.servername === '' ? 0 : 1,
    ...(caFile && { caCert: caFile.name }),
    ...(certFile && { clientCert: certFile.name }),
    ...(keyFile && { clientKey: keyFile.name }),
  } as const
  const secret = password && key && { password, digest: await digest(concat([key, password])) }
  return { settings, files: files.filter((file) => file !== undefined), ...secret }
}

function authMode(verified: boolean, hasKey: boolean): ContextSettings['authMode'] {
  if (verified) return hasKey ? 2 : 1
  return hasKey ? 3 : 0
}

/** Dates are checked only where the chain is. */
function ignoresTime(tlsOptions: TlsOptions, clockIsMissing: boolean): 0 | 1 {
  return (tlsOptions.ignoreLocalTime ?? (clockIsMissing || !verifiesServer(tlsOptions))) ? 1 : 0
}

async function setUp(
  modem: Modem,
  plan: Plan,
  settings: ContextSettings,
  contexts: ContextPool,
): Promise<SslContextNumber> {
  const rows = await contextRows(modem)
  const hasPassword = plan.password !== undefined
  const equals = (row: ContextRow) => !hasPassword && row.password === '' && isConfigured(row, settings)
  const key = JSON.stringify([settings, plan.digest])
  const sslContext = contexts.choose({ key, hasPassword, equals }, rows)
  const password = passwordFile(plan, sslContext)
  const files = password ? [...plan.files, password] : plan.files
  contexts.keep(
    sslContext,
    files.map(({ name }) => name),
  )
  await putFiles(modem, files, contexts, rows)
  const whole = password ? { ...settings, password: password.name } : settings
  const row = rows.find((each) => each.sslContext === sslContext)
  await configure(modem, row, sslContext, whole)
  return sslContext
}

function passwordFile({ settings, password }: Plan, sslContext: SslContextNumber): StoreFile | undefined {
  if (!password) return undefined
  return { what: 'passphrase', name: passwordName(settings.clientKey!, sslContext), content: password, always: true }
}

async function contextRows(modem: Modem): Promise<readonly ContextRow[]> {
  const lines = await modem.tls.sslContexts.read()
  return lines.flatMap((line) => contextRow(line) ?? [])
}
