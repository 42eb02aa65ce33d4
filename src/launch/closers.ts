/** What has been opened so far; `closeAll` closes it in reverse order, also after a failure. */
export class Closers {
  readonly #closers: (() => Promise<void> | void)[] = []

  add(close: () => Promise<void> | void): void {
    this.#closers.unshift(close)
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close()
  }
}
