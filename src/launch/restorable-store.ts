import type { CertificateStore } from '../io/tls/certificate-store.ts'

/** A store that knows what its user has changed. */
export interface RestorableStore extends CertificateStore {
  /** Takes back all that was written and removed through it; what others have done to the same files stays. */
  restore(): void
}

/** Keeps, of each file that is changed for the first time, what it was before. */
export function restorable(store: CertificateStore): RestorableStore {
  const before = new Map<string, Uint8Array | undefined>()
  const remember = (name: string): void => {
    if (!before.has(name)) before.set(name, store.read(name))
  }
  return {
    list: () => store.list(),
    read: (name) => store.read(name),
    write(name, bytes) {
      remember(name)
      store.write(name, bytes)
    },
    remove(name) {
      remember(name)
      return store.remove(name)
    },
    restore() {
      for (const [name, bytes] of before) {
        if (bytes) store.write(name, bytes)
        else store.remove(name)
      }
      before.clear()
    },
  }
}
