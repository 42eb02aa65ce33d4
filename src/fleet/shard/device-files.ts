import type { CertificateStore } from '../../io/tls/certificate-store.ts'
import { storedNames } from './lean-commands.ts'

/** The files of a module; read when they are wanted. */
export interface DeviceFiles {
  readonly ca?: () => Uint8Array
  readonly cert?: () => Uint8Array
  readonly key?: () => Uint8Array
}

/** The store of a module that was delivered with its files; what is written into it stays with the module. */
export class DeviceStore implements CertificateStore {
  readonly #files: DeviceFiles
  #written: Map<string, Uint8Array> | undefined

  constructor(files: DeviceFiles) {
    this.#files = files
  }

  list(): readonly string[] {
    return [...this.#delivered(), ...(this.#written?.keys() ?? [])].sort()
  }

  read(name: string): Uint8Array | undefined {
    const written = this.#written?.get(name)
    if (written) return written
    const which = this.#delivered().find((each) => each === name)
    const key = (Object.keys(storedNames) as (keyof DeviceFiles)[]).find((each) => storedNames[each] === which)
    return key && this.#files[key]?.()
  }

  write(name: string, bytes: Uint8Array): void {
    this.#written ??= new Map()
    this.#written.set(name, Uint8Array.from(bytes))
  }

  remove(name: string): boolean {
    return this.#written?.delete(name) ?? false
  }

  #delivered(): readonly string[] {
    return (Object.keys(storedNames) as (keyof DeviceFiles)[])
      .filter((key) => this.#files[key])
      .map((key) => storedNames[key])
  }
}
