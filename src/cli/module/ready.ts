import type { Profile } from '../../at/profiles/profile.ts'
import { version } from '../package.ts'

/** The addresses of a started module. */
export interface Started {
  readonly profile: Profile
  readonly pty?: string | undefined
  readonly tcp?: string | undefined
  readonly broker?: string | undefined
  readonly brokerTls?: string | undefined
  readonly control?: string | undefined
  /** The root certificate of the embedded broker's authority. */
  readonly ca?: string | undefined
  /** The folder of certificates. */
  readonly state: string
  /** Seeds every random choice. */
  readonly seed: number
  /** The broker accepts any login. */
  readonly anyLogin: boolean
  /** Defaults that were taken and moved, and what is not available. */
  readonly notes: readonly string[]
}

export interface ReadyEvent {
  readonly event: 'ready'
  readonly pty: string | null
  readonly tcp: string | null
  readonly broker: string | null
  readonly brokerTls: string | null
  readonly control: string | null
  readonly ca: string | null
  readonly state: string
  readonly seed: number
}

export const readyEvent = ({ pty, tcp, broker, brokerTls, control, ca, state, seed }: Started): ReadyEvent => ({
  event: 'ready',
  pty: pty ?? null,
  tcp: tcp ?? null,
  broker: broker ?? null,
  brokerTls: brokerTls ?? null,
  control: control ?? null,
  ca: ca ?? null,
  state,
  seed,
})

/** The start text for people; `prompt`: AT commands can be typed below it. */
export function startText(started: Started, prompt: boolean): string {
  const { profile, pty, tcp, broker, brokerTls, control, ca, anyLogin, notes } = started
  const address = broker?.replace('mqtt://', 'tcp://')
  const rows = [
    `atmqtt ${version}: a virtual ${profile.identity.model} (profile ${profile.name})`,
    '',
    ...(pty ? [`  PTY      ${pty}`] : []),
    ...(tcp ? [`  TCP      ${tcp}`] : []),
    ...(broker ? [`  broker   ${broker}   (${anyLogin ? 'any login is accepted' : 'asks for a login'})`] : []),
    ...(brokerTls ? [`           ${brokerTls}  (CA: ${ca})`] : []),
    ...(control ? [`  control  ${control}`] : []),
    ...notes.map((note) => `  note     ${note}`),
    '',
    ...(address ? [`Connect with  AT+CMQTTCONNECT=0,"${address}",60,1`] : []),
    prompt ? 'Type AT commands (Tab completes, Ctrl-D ends).' : 'Ctrl-C ends.',
  ]
  return `${rows.join('\n')}\n`
}
