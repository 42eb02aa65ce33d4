import { afterAll, beforeAll, expect } from 'vitest'

/** What stays in a worker behind one file adds up: from eleven listeners on, Node prints a warning into some other test. */
const watched = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'warning'] as const
const listening = () => Object.fromEntries(watched.map((event) => [event, process.listenerCount(event)]))

let before = listening()
beforeAll(() => {
  before = listening()
})
afterAll(() => expect(listening(), 'listeners on process that this file leaves behind').toEqual(before))
