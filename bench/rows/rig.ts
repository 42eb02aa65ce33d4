import { createRig } from '../../src/launch/rig/rig.ts'
import type { Benchmark } from '../harness/benchmark.ts'

const warmUpRigs = 20
const rigs = 200
const limitMs = 10

/** (l) */
export const rigRow: Benchmark = {
  name: 'l-rig',
  title: `\`createRig()\` with its broker in memory, to the first \`OK\`, and \`close()\`; the mean of ${rigs}, in a process that has done so ${warmUpRigs} times.`,
  against: `the limit: ${limitMs} ms a rig, which every test of a suite pays.`,
  unit: 'ms',
  better: 'lower',
  floor: 1,
  ours: async () => {
    await make(warmUpRigs)
    const began = performance.now()
    await make(rigs)
    return (performance.now() - began) / rigs
  },
  other: () => limitMs,
}

async function make(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const rig = await createRig()
    rig.send('AT')
    await rig.expect('OK')
    await rig.close()
  }
}
