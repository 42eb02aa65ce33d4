import type { Profile } from '../../at/profiles/profile.ts'
import { type Learnt, learn } from '../../conformance/learn/learn.ts'
import type { Permissions } from '../../conformance/learn/permissions.ts'
import { skippingClock } from '../../io/runtime/clock-skipping.ts'
import { watchIdle } from '../../io/runtime/idle-watch.ts'
import { shared } from '../../io/wrappers/shared.ts'
import { freshModule, openVirtualEnvironment } from '../module/virtual-module.ts'

/** What a virtual module of a profile answers to the same questions, and what it was allowed. */
export interface Twin {
  readonly learnt: Learnt
  readonly permissions: Permissions
}

const idleAfter = { turns: 10, turnMs: 3 } as const

/** Asks a virtual module, without waiting for its times, with brokers of its own where the other one has some. */
export async function askVirtual(
  profile: Profile,
  { broker, brokerTls, ...others }: Permissions,
  timing: 'real' | 'instant',
): Promise<Twin> {
  const environment = await openVirtualEnvironment()
  const clock = skippingClock()
  const idle = watchIdle(idleAfter, () => void clock.skip())
  const observer = { line: idle.touch, connection: idle.touch }
  const opened = freshModule({ profile, clock, observer, ...(timing === 'real' && { timing }) })
  const { values } = environment
  const permissions = {
    ...others,
    broker: broker && values.broker,
    brokerTls: brokerTls && values.brokerTls,
  }
  try {
    return { learnt: await learn(shared(opened.stream), { clock, permissions }), permissions }
  } finally {
    await opened.close()
    idle.stop()
    await environment.close()
  }
}
