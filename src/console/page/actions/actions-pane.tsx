import type { ConsoleModel } from '../app/model.ts'
import { BrokerActions } from './broker-actions.tsx'
import { CommandLine } from './command-line.tsx'
import { FaultActions } from './fault-actions.tsx'
import { ModuleActions } from './module-actions.tsx'

export function ActionsPane({ model }: { model: ConsoleModel }) {
  const { hello } = model
  if (hello.value?.source.kind !== 'module') return null
  return (
    <section class="pane actions" aria-label="Actions" id="actions" tabIndex={-1}>
      {hello.value.role === 'view' ? (
        <p class="soft">This address may look, not act: the other one that atmqtt printed may.</p>
      ) : (
        <fieldset disabled={!model.canDrive.value}>
          <CommandLine model={model} />
          <ModuleActions model={model} />
          <FaultActions model={model} />
          {hello.value.broker && <BrokerActions model={model} />}
        </fieldset>
      )}
    </section>
  )
}
