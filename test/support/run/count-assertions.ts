import { afterEach, expect } from 'vitest'

/** So that a test that asserts nothing shows nothing. */
afterEach(({ task }) => {
  task.meta.assertions = expect.getState().assertionCalls
})
