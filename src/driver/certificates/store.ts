import { RefusedError } from '../commands/errors.ts'
import type { Modem } from '../commands/modem.ts'
import { isOwnName } from '../protocol/prompt-cleanup.ts'
import { CertificateError } from './certificate-error.ts'
import type { ContextPool } from './context-pool.ts'
import { type ContextRow, filesNamed } from './context-row.ts'

/** A file for the store. */
export interface StoreFile {
  readonly what: 'ca' | 'cert' | 'key' | 'passphrase'
  readonly name: string
  readonly content: Uint8Array
  /** Its name does not follow from its content. */
  readonly always?: boolean
}

/** Puts files into the module's store, each once: what has the name has the content, unless there is a doubt. */
export async function putFiles(
  modem: Modem,
  files: readonly StoreFile[],
  pool: ContextPool,
  rows: readonly ContextRow[],
): Promise<void> {
  const there = files.length === 0 ? [] : await storedNames(modem)
  for (const file of files) {
    const doubtful = pool.isDoubtful(file.name) || modem.suspectFiles.has(file.name)
    if (there.includes(file.name) && !doubtful && file.always !== true) continue
    modem.suspectFiles.add(file.name)
    await put(modem, file, () => tidy(modem, files, pool, rows))
    pool.written(file.name)
    modem.suspectFiles.delete(file.name)
  }
}

async function storedNames(modem: Modem): Promise<readonly string[]> {
  const lines = await modem.tls.certificateList()
  return lines.flatMap((line) => /^\+CCERTLIST: ?"([^"]*)"$/.exec(line)?.slice(1) ?? [])
}

/** When the store is full, unused files of ours are deleted, once. */
async function put(modem: Modem, file: StoreFile, makeRoom: () => Promise<number>): Promise<void> {
  const write = () => modem.tls.certificateDown({ name: file.name }, file.content)
  try {
    await write()
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    if ((await makeRoom()) === 0) throw refusal(file, error)
    await write().catch((again: unknown) => {
      throw again instanceof RefusedError ? refusal(file, again) : again
    })
  }
}

const refusal = ({ what, content }: StoreFile, cause: unknown): CertificateError =>
  new CertificateError(
    'storeRefused',
    `The module does not take ${what} (${content.length} bytes) into its store: it may be full, so look with AT+CCERTLIST and delete files with AT+CCERTDELE.`,
    cause,
  )

/** Deletes files of ours that nothing names any more; how many. */
async function tidy(
  modem: Modem,
  wanted: readonly StoreFile[],
  pool: ContextPool,
  rows: readonly ContextRow[],
): Promise<number> {
  const named = new Set([...rows.flatMap(filesNamed), ...pool.files, ...wanted.map(({ name }) => name)])
  const idle = (await storedNames(modem)).filter((name) => isOwnName(name) && !named.has(name))
  for (const name of idle) await modem.tls.certificateDelete({ name })
  return idle.length
}
