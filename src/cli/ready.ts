import type { Profile } from '../at/commands/profile.ts'
import { version } from './version.ts'

/** What a started module can be reached by. */
export interface Started {
  readonly profile: Profile
  readonly pty?: string
  readonly tcp?: string
  readonly broker?: string
  readonly control?: string
  /** The broker asks nobody for a login. */
  readonly anyLogin: boolean
  /** Defaults that moved, things that are not there. */
  readonly notes: readonly string[]
}

export interface ReadyEvent {
  readonly event: 'ready'
  readonly pty: string | null
  readonly tcp: string | null
  readonly broker: string | null
  readonly control: string | null
}

export const readyEvent = ({ pty, tcp, broker, control }: Started): ReadyEvent => ({
  event: 'ready',
  pty: pty ?? null,
  tcp: tcp ?? null,
  broker: broker ?? null,
  control: control ?? null,
})

/** The start text for people; `prompt`: AT commands can be typed below it. */
export function startText(started: Started, prompt: boolean): string {
  const { profile, pty, tcp, broker, control, anyLogin, notes } = started
  const address = broker?.replace('mqtt://', 'tcp://')
  const rows = [
    `atmqtt ${version}: a virtual ${profile.identity.model} (profile ${profile.name})`,
    '',
    ...(pty ? [`  PTY      ${pty}`] : []),
    ...(tcp ? [`  TCP      ${tcp}`] : []),
    ...(broker ? [`  broker   ${broker}   (${anyLogin ? 'any login is accepted' : 'asks for a login'})`] : []),
    ...(control ? [`  control  ${control}`] : []),
    ...notes.map((note) => `  note     ${note}`),
    '',
    ...(address ? [`Connect with  AT+CMQTTCONNECT=0,"${address}",60,1`] : []),
    prompt ? 'Type AT commands (Tab completes, Ctrl-D ends).' : 'Ctrl-C ends.',
  ]
  return `${rows.join('\n')}\n`
}
