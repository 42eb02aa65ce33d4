interface Task {
  readonly ready: () => boolean
  readonly run: () => Promise<void>
}

/** Commands of several lanes over one line: one at a time, each lane in its order, the lanes in turn. */
export class Queue {
  readonly #lanes = new Map<number, Task[]>()
  readonly #first: Task[] = []
  #last = -1
  #running = false

  /** `ready`: false while the lane has to wait; `wake` when that may have changed. */
  add<T>(lane: number, run: () => Promise<T>, ready: () => boolean = always): Promise<T> {
    return new Promise((resolve, reject) => {
      const tasks = this.#lanes.get(lane) ?? []
      this.#lanes.set(lane, tasks)
      tasks.push({ ready, run: () => run().then(resolve, reject) })
      this.wake()
    })
  }

  /** Has the line for itself: after the running command, before all that wait. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#first.push({ ready: always, run: () => run().then(resolve, reject) })
      this.wake()
    })
  }

  wake(): void {
    if (this.#running) return
    const task = this.#first.shift() ?? this.#take()
    if (!task) return
    this.#running = true
    void task.run().finally(() => {
      this.#running = false
      this.wake()
    })
  }

  #take(): Task | undefined {
    const lanes = [...this.#lanes.keys()].sort((a, b) => a - b)
    const inTurn = [...lanes.filter((lane) => lane > this.#last), ...lanes.filter((lane) => lane <= this.#last)]
    for (const lane of inTurn) {
      const tasks = this.#lanes.get(lane)!
      if (tasks[0]?.ready() !== true) continue
      this.#last = lane
      return tasks.shift()
    }
    return undefined
  }
}

const always = (): boolean => true
