import { ActionsPane } from '../actions/actions-pane.tsx'
import { DetailPane } from '../panes/detail-pane.tsx'
import { DevicePane } from '../panes/device-pane.tsx'
import { Strip } from '../strip/strip.tsx'
import { Timeline } from '../timeline/timeline.tsx'
import { FilterBar } from './filter-bar.tsx'
import { HelpDialog } from './help-dialog.tsx'
import type { ConsoleModel } from './model.ts'
import { TopBar } from './top-bar.tsx'

export function App({ model }: { model: ConsoleModel }) {
  return (
    <>
      <TopBar model={model} />
      <FilterBar model={model} />
      <main class="panes" data-source={model.hello.value?.source.kind ?? 'module'}>
        <DevicePane model={model} />
        <div class="middle">
          <Strip model={model} />
          <Timeline model={model} />
          <DetailPane model={model} />
        </div>
        <ActionsPane model={model} />
      </main>
      <p class="told" role="status">
        {model.told.value}
      </p>
      <HelpDialog model={model} />
    </>
  )
}
