/** `atmqtt/testing/vitest`: `test` with a fixture `rig`. */

import { test as base } from 'vitest'
import type { MemoryBroker } from '../../broker/memory/memory-broker.ts'
import { createRig, type Rig, type RigOptions } from './rig.ts'

/** What `test` of this entry gives to a test beside Vitest's own. */
export interface RigFixtures {
  /** Of the rig: `const test = rigTest.extend({ rigOptions: { profile: 'a76xx' } })`. */
  readonly rigOptions: RigOptions & { readonly broker?: 'memory' }
  /** Made for each test that uses it, and closed behind it. The trace of a test that fails is printed. */
  readonly rig: Rig<MemoryBroker>
}

/** Vitest's `test` with a `rig`: `test('…', async ({ rig }) => { … })`. */
export const test = base.extend<RigFixtures>({
  rigOptions: {},
  rig: async ({ rigOptions, onTestFailed }, use) => {
    const rig = await createRig(rigOptions)
    onTestFailed(() => console.error(rig.trace()))
    await use(rig)
    await rig.close()
  },
})
