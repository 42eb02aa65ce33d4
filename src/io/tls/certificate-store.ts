import { copyOf } from '../../at/syntax/bytes.ts'

/** Certificates and keys by name. Names are checked by `isCertificateName` of `at/commands/certificate-name.ts`. */
export interface CertificateStore {
  /** Names, sorted. */
  list(): readonly string[]
  read(name: string): Uint8Array | undefined
  /** Replaces a file of that name; a kill in the middle leaves the old one or the new one. */
  write(name: string, bytes: Uint8Array): void
  /** False: there was none. */
  remove(name: string): boolean
}

/** Files that go with the process. */
export function memoryStore(): CertificateStore {
  const files = new Map<string, Uint8Array>()
  return {
    list: () => [...files.keys()].sort(),
    read: (name) => copied(files.get(name)),
    write: (name, bytes) => void files.set(name, copyOf(bytes)),
    remove: (name) => files.delete(name),
  }
}

const copied = (bytes: Uint8Array | undefined): Uint8Array | undefined => bytes && copyOf(bytes)
