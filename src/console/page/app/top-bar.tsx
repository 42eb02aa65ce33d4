import { ExportMenu } from './export-menu.tsx'
import type { ConsoleModel } from './model.ts'
import { count, grouped } from './status-words.ts'

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
      <Findings model={model} />
      <SideBySide model={model} />
      <Count model={model} />
      <button type="button" aria-pressed={isPaused.value} onClick={() => model.pause(!isPaused.value)}>
        Pause
      </button>
      <button type="button" aria-pressed={isFollowing.value} onClick={() => model.follow(!isFollowing.value)}>
        Follow
      </button>
      {!model.isFile.value && <ExportMenu model={model} />}
      <button type="button" aria-label="Help: keys" onClick={() => model.openMenu('help')}>
        ?
      </button>
    </header>
  )
}

function Findings({ model }: { model: ConsoleModel }) {
  const { findings = 0 } = model.window.value ?? {}
  if (findings === 0) return null
  return (
    <button type="button" class="found" onClick={() => model.reveal({ finding: true })}>
      ▲ {count(findings, 'finding')}
    </button>
  )
}

/** Only with two files. */
function SideBySide({ model }: { model: ConsoleModel }) {
  const source = model.hello.value?.source
  if (source?.kind !== 'file' || source.names.length !== 2 || model.isFile.value) return null
  const { isAligned } = model
  return (
    <button type="button" aria-pressed={isAligned.value} onClick={() => model.align(!isAligned.value)}>
      Side by side
    </button>
  )
}

function Count({ model }: { model: ConsoleModel }) {
  const { total = 0, figures, pairs, differences } = model.window.value ?? {}
  if (!figures) return null
  if (pairs) return <span class="count">{`${grouped(differences ?? 0)} of ${grouped(total)} places differ`}</span>
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
  return `${what}${more} · ${profile ? `profile ${profile.name} · ` : ''}atmqtt ${version}${role === 'view' && source.kind === 'module' ? ' · view only' : ''}`
}
