import type { Log } from '../../io/runtime/runtime.ts'
import type { CertificateStore } from '../../io/tls/certificate-store.ts'
import type { Effect, Input } from '../core/effects.ts'

/** The files of a module. */
export interface ModuleFiles {
  readonly certificates: CertificateStore
  /** From which `+CCERTMOVE` takes. */
  readonly files: CertificateStore
}

/** A store without files, which refuses to write. */
export const noFiles: CertificateStore = {
  list: () => [],
  read: () => undefined,
  write: () => {
    throw new Error('there is none')
  },
  remove: () => false,
}

type StoreEffect = Extract<Effect, { type: 'store' }>

/** Performs an operation on the certificate store; the result is the next input of the module. */
export function performStore(files: ModuleFiles, effect: StoreEffect, log: Log): Input {
  const { line, operation, name } = effect
  try {
    const names = operation === 'list' ? files.certificates.list() : []
    return { type: 'stored', line, done: change(files, effect), names }
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    log.log('error', `the certificate store failed: ${cause}`, { name })
    return { type: 'stored', line, done: false, names: [] }
  }
}

function change({ certificates, files }: ModuleFiles, { operation, name, data }: StoreEffect): boolean {
  if (operation === 'list') return true
  if (operation === 'remove') return certificates.remove(name)
  const bytes = operation === 'move' ? files.read(name) : data
  if (bytes === undefined) return false
  certificates.write(name, bytes)
  if (operation === 'move') files.remove(name)
  return true
}
