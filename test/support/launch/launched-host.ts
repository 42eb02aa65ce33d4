import { hostedLine } from '../../../src/io/testing/memory-host.ts'
import type { RunningModule } from '../../../src/launch/public.ts'
import { TestHost } from '../module/module-host.ts'

/** A host on one more line of a module that was started; echo is off. */
export async function launchedHost(module: RunningModule, name = 'memory'): Promise<TestHost> {
  const { moduleEnd, host: end } = hostedLine()
  module.attach(moduleEnd, name)
  const host = new TestHost(end)
  host.send('ATE0')
  await host.expectBytes('ATE0\r\r\nOK\r\n')
  return host
}
