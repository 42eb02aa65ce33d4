/** So many may wait for the same; older ones are given up. */
const mostWaiting = 4096

/** Chains that wait for something by its name, the oldest first. */
export class Waiting {
  readonly #queues = new Map<string, number[]>()

  add(name: string, chain: number): void {
    const queue = this.#queues.get(name) ?? []
    queue.push(chain)
    if (queue.length > mostWaiting) queue.shift()
    this.#queues.set(name, queue)
  }

  take(name: string): number | undefined {
    const queue = this.#queues.get(name)
    const chain = queue?.shift()
    if (queue?.length === 0) this.#queues.delete(name)
    return chain
  }

  /** Of the first name that begins so. */
  takeAny(beginning: string): number | undefined {
    const name = [...this.#queues.keys()].find((each) => each.startsWith(beginning))
    return name === undefined ? undefined : this.take(name)
  }

  has(name: string): boolean {
    return this.#queues.has(name)
  }

  drop(chain: number): void {
    for (const [name, queue] of this.#queues) {
      const rest = queue.filter((one) => one !== chain)
      if (rest.length === 0) this.#queues.delete(name)
      else if (rest.length < queue.length) this.#queues.set(name, rest)
    }
  }
}
