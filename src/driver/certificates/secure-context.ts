import { concat } from '../../at/syntax/bytes.ts'
import type { Modem } from '../commands/modem.ts'
import { checkWishes, isAddress } from './check-tls-options.ts'
import type { ContextPool } from './context-pool.ts'
import { type ContextRow, contextRow } from './context-row.ts'
import { type ContextSettings, configure, isConfigured } from './context-settings.ts'
import { digest, ownName, passwordName } from './own-names.ts'
import { type PemFiles, pemFiles } from './pem-files.ts'
import { putFiles, type StoreFile } from './store.ts'
import type { SecureChoice, SslContext, TlsWishes } from './tls-options.ts'
import { clockIsSet, verifiesServer, warningOf } from './verification.ts'

/**
 * Puts certificates into the module's store and configures a TLS context, each only where it is not so already. To be
 * called before every CONNECT: the module may have restarted. What it resolves with is for `AT+CMQTTSSLCFG`. Rejects
 * with a `CertificateError`, for wishes that can't be met before anything is sent, or with what a command rejects with.
 */
export async function secureContext(modem: Modem, wishes: TlsWishes, contexts: ContextPool): Promise<SecureChoice> {
  const files = pemFiles(wishes)
  checkWishes(modem, wishes, files)
  const plan = await planOf(wishes, files)
  return contexts.inTurn(async () => {
    const clockIsMissing = wishes.ignoreLocalTime === undefined && verifiesServer(wishes) && !(await clockIsSet(modem))
    const settings = { ...plan.settings, ignoreLocalTime: ignoresTime(wishes, clockIsMissing) }
    const sslContext = await setUp(modem, plan, settings, contexts)
    const warning = warningOf(wishes, clockIsMissing)
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

async function planOf(wishes: TlsWishes, { ca, cert, key, password }: PemFiles): Promise<Plan> {
  const verified = verifiesServer(wishes)
  const named = async (what: StoreFile['what'], content: Uint8Array | undefined): Promise<StoreFile | undefined> =>
    content && { what, name: await ownName(content), content }
  const files = [verified ? await named('ca', ca) : undefined, await named('cert', cert), await named('key', key)]
  const [caFile, certFile, keyFile] = files
  const settings = {
    authMode: authMode(verified, keyFile !== undefined),
    negotiateTime: wishes.negotiateTime ?? 300,
    enableSni: isAddress(wishes.host) || wishes.servername === '' ? 0 : 1,
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

/** The dates say nothing where nobody asks who issued them. */
function ignoresTime(wishes: TlsWishes, clockIsMissing: boolean): 0 | 1 {
  return (wishes.ignoreLocalTime ?? (clockIsMissing || !verifiesServer(wishes))) ? 1 : 0
}

async function setUp(modem: Modem, plan: Plan, settings: ContextSettings, contexts: ContextPool): Promise<SslContext> {
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

function passwordFile({ settings, password }: Plan, sslContext: SslContext): StoreFile | undefined {
  if (!password) return undefined
  return { what: 'passphrase', name: passwordName(settings.clientKey!, sslContext), content: password, always: true }
}

async function contextRows(modem: Modem): Promise<readonly ContextRow[]> {
  const lines = await modem.tls.sslContexts.read()
  return lines.flatMap((line) => contextRow(line) ?? [])
}
