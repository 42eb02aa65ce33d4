import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { Scenario, Storm } from '../scenario/scenario.ts'
import type { OpenedServers } from './run-servers.ts'

type Restart = Storm & { readonly kind: 'brokerRestart' }

export const restartsOf = ({ phases }: Scenario): readonly { readonly at: number; readonly storm: Restart }[] =>
  phases.flatMap(({ startMs, storms }) =>
    storms.flatMap((storm) => (storm.kind === 'brokerRestart' ? [{ at: startMs + storm.atMs, storm }] : [])),
  )

/** Plans the restarts of the broker: of the run's own, or by the scenario's commands. The returned function ends it. */
export function planRestarts(
  scenario: Scenario,
  { own }: OpenedServers,
  clock: Clock,
  warn: (sentence: string) => void,
  isInCharge: () => boolean,
): () => void {
  const cancels = restartsOf(scenario).flatMap(({ at, storm }) => {
    const act = (command: string | null, what: 'stop' | 'start') => () =>
      void (command === null ? own?.[what]() : isInCharge() && run(command, warn))
    const after = (when: number, what: () => void) =>
      when < clock.now() ? () => {} : clock.after(when - clock.now(), what)
    return [after(at, act(storm.stop, 'stop')), after(at + storm.forMs, act(storm.start, 'start'))]
  })
  return () => {
    for (const cancel of cancels) cancel()
  }
}

/** Of the shell, as whoever wrote the scenario typed it. */
async function run(command: string, warn: (sentence: string) => void): Promise<void> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'ignore', 'inherit'] })
  child.on('error', (error) => warn(`${command}: ${error.message}`))
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) warn(`${command} ended with ${code ?? 'a signal'}`)
}
