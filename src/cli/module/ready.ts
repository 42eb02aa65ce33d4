import type { Console } from '../../console/server/console-server.ts'
import { version } from '../../launch/package.ts'
import type { ModuleAddresses, RunningModule } from '../../launch/running-module.ts'

export interface ReadyEvent {
  readonly event: 'ready'
  readonly pty: string | null
  readonly tcp: string | null
  readonly broker: string | null
  readonly brokerTls: string | null
  readonly control: string | null
  /** The page that may act; its token is in it. */
  readonly console?: string
  /** The page that may look. */
  readonly consoleView?: string
  readonly ca: string | null
  readonly state: string
  readonly seed: number
}

export const readyEvent = (
  { pty, tcp, broker, brokerTls, control, ca, state, seed }: ModuleAddresses,
  console?: Console,
): ReadyEvent => ({
  event: 'ready',
  pty: pty ?? null,
  tcp: tcp ?? null,
  broker: broker ?? null,
  brokerTls: brokerTls ?? null,
  control: control ?? null,
  ...(console && { console: console.url, consoleView: console.viewUrl }),
  ca: ca ?? null,
  state,
  seed,
})

interface About {
  readonly notes: readonly string[]
  readonly console: Console | undefined
  /** The broker accepts any login. */
  readonly anyLogin: boolean
  /** AT commands can be typed below the text. */
  readonly prompt: boolean
}

/** The start text for people. */
export function startText(running: RunningModule, { notes, console, anyLogin, prompt }: About): string {
  const { profile, pty, tcp, broker, brokerTls, control, ca } = running
  const address = broker?.replace('mqtt://', 'tcp://')
  const rows = [
    `atmqtt ${version}: a virtual ${profile.identity.model} (profile ${profile.name})`,
    '',
    ...(pty ? [`  PTY      ${pty}`] : []),
    ...(tcp ? [`  TCP      ${tcp}`] : []),
    ...(broker ? [`  broker   ${broker}   (${anyLogin ? 'any login is accepted' : 'asks for a login'})`] : []),
    ...(brokerTls ? [`           ${brokerTls}  (CA: ${ca})`] : []),
    ...(control ? [`  control  ${control}`] : []),
    ...(console ? [`  console  ${console.url}`] : []),
    ...notes.map((note) => `  note     ${note}`),
    '',
    ...(address ? [`Connect with  AT+CMQTTCONNECT=0,"${address}",60,1`] : []),
    prompt ? 'Type AT commands (Tab completes, Ctrl-D ends).' : 'Ctrl-C ends.',
  ]
  return `${rows.join('\n')}\n`
}
