import { ExportMenu } from './export-menu.tsx'
import type { ConsoleModel } from './model.ts'
import { grouped } from './status-words.ts'

const connections = {
  connecting: 'connecting',
  open: 'live',
  lost: 'connection lost',
  ended: 'ended',
  refused: 'refused',
} as const

export function TopBar({ model }: { model: ConsoleModel }) {
  const { hello, connection, isPaused, isFollowing } = model
  const shown = isPaused.value ? 'paused' : connections[connection.value]
  return (
    <header class="top">
      <h1>atmqtt console</h1>
      <span class="status" data-state={shown}>
        {hello.value?.source.kind === 'file' && shown === 'live' ? 'file' : shown}
      </span>
      <span class="about">{aboutOf(model)}</span>
      <span class="gap" />
      <Count model={model} />
      <button type="button" aria-pressed={isPaused.value} onClick={() => model.pause(!isPaused.value)}>
        Pause
      </button>
      <button type="button" aria-pressed={isFollowing.value} onClick={() => model.follow(!isFollowing.value)}>
        Follow
      </button>
      <ExportMenu model={model} />
      <button type="button" aria-label="Help: keys" onClick={() => model.openMenu('help')}>
        ?
      </button>
    </header>
  )
}

function Count({ model }: { model: ConsoleModel }) {
  const { total = 0, figures } = model.window.value ?? {}
  if (!figures) return null
  return (
    <span class="count">
      {grouped(total)} of {grouped(figures.rows)} rows
    </span>
  )
}

function aboutOf({ hello }: ConsoleModel): string {
  if (!hello.value) return ''
  const { profile, source, version, role } = hello.value
  const what = source.kind === 'file' ? source.names.join(' and ') : (profile?.model ?? 'module not known')
  const more = source.kind === 'line' ? ` on ${source.name}` : ''
  return `${what}${more} · ${profile ? `profile ${profile.name} · ` : ''}atmqtt ${version}${role === 'view' ? ' · view only' : ''}`
}
