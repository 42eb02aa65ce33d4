import { DetailPane } from '../panes/detail-pane.tsx'
import { DevicePane } from '../panes/device-pane.tsx'
import { Timeline } from '../timeline/timeline.tsx'
import { FilterBar } from './filter-bar.tsx'
import type { ConsoleModel } from './model.ts'
import { TopBar } from './top-bar.tsx'

export function App({ model }: { model: ConsoleModel }) {
  return (
    <>
      <TopBar model={model} />
      <FilterBar model={model} />
      <main class="panes">
        <DevicePane model={model} />
        <div class="middle">
          <Timeline model={model} />
          <DetailPane model={model} />
        </div>
      </main>
      <p class="told" role="status">
        {model.told.value}
      </p>
    </>
  )
}
