import type { Content } from '../../at/commands/content.ts'
import { type Shower, shower, viewClient, viewContext, viewLine, viewSim } from '../../control/public.ts'
import type { ActiveFault, Faults } from '../../faults/public.ts'
import type { Module, ModuleState } from '../../module/public.ts'
import { beginningOf } from '../beginning.ts'
import type { ClientState, DeviceState, TlsState } from '../device-state.ts'

type ClientSlot = Parameters<typeof viewClient>[0]
type Cellular = ModuleState['cellular']
type SslContext = ModuleState['service']['sslContexts'][number]

/** What was made of a value, as long as it is the same one. */
function memo<T extends object, V>(make: (value: T) => V): (value: T) => V {
  let before: T | undefined
  let made: V
  return (value) => {
    if (value !== before) made = make(value)
    before = value
    return made
  }
}

/** Looks at a virtual module: parts that have not changed since are the same objects. */
export class DeviceLook {
  readonly #module: Module
  readonly #shows: Shower
  readonly #client: readonly [(slot: ClientSlot) => ClientState, (slot: ClientSlot) => ClientState]
  readonly #clients = memo((clients: readonly [ClientSlot, ClientSlot]) => ({
    0: this.#client[0](clients[0]),
    1: this.#client[1](clients[1]),
  }))
  readonly #sim = memo(viewSim)
  readonly #network = memo(({ network, radio }: Pick<Cellular, 'network' | 'radio'>) => ({
    ...network,
    registration: radio.registration,
  }))
  readonly #contexts = memo((contexts: Cellular['radio']['contexts']) =>
    Object.fromEntries(contexts.map(viewContext).map(({ cid, ...context }) => [cid, context])),
  )
  readonly #tls = memo((contexts: readonly SslContext[]) =>
    Object.fromEntries(contexts.flatMap((context, i) => (isInitial(context) ? [] : [[i, tlsOf(context)]]))),
  )
  readonly #lines = memo((lines: ModuleState['lines']) => Object.fromEntries(lines.map(lineOf)))
  #faults: Readonly<Record<string, unknown>> = {}
  #network2: Pick<Cellular, 'network' | 'radio'> | undefined
  #seen: { readonly state: ModuleState; readonly faults: object; readonly view: DeviceState } | undefined

  constructor(module: Module, leftOut: readonly Content[]) {
    this.#module = module
    this.#shows = shower(leftOut)
    const client = (index: number) => memo((slot: ClientSlot) => this.#viewClient(slot, index))
    this.#client = [client(0), client(1)]
  }

  /** Faults have begun or ended. */
  faultsChanged(faults: Faults): void {
    this.#faults = Object.fromEntries(faults.active().map(faultOf))
  }

  readonly look = (): DeviceState => {
    const state = this.#module.state()
    if (this.#seen?.state === state && this.#seen.faults === this.#faults) return this.#seen.view
    const view = this.#view(state)
    this.#seen = { state, faults: this.#faults, view }
    return view
  }

  #view({ lines, service: { mqtt, sslContexts }, cellular }: ModuleState): DeviceState {
    const view = {
      power: cellular.power.kind,
      sim: this.#sim(cellular.sim),
      network: this.#network(this.#networkParts(cellular)),
      contexts: this.#contexts(cellular.radio.contexts),
      service: mqtt.kind,
      ...(mqtt.kind === 'started' && { clients: this.#clients(mqtt.clients) }),
      tls: this.#tls(sslContexts),
      lines: this.#lines(lines),
      faults: this.#faults,
    }
    return view as DeviceState
  }

  /** The same object while neither has changed. */
  #networkParts({ network, radio }: Cellular): Pick<Cellular, 'network' | 'radio'> {
    if (this.#network2?.network !== network || this.#network2.radio !== radio) this.#network2 = { network, radio }
    return this.#network2
  }

  #viewClient(slot: ClientSlot, index: number): ClientState {
    const { clientIndex: _, ...view } = viewClient(slot, index, this.#shows)
    const sslContext = slot.kind === 'free' ? slot.sslContext : slot.acquired.sslContext
    return beginningOf({ ...view, ...(sslContext !== undefined && { sslContext }) }) as ClientState
  }
}

const faultOf = ({ id, name, params, startedMs }: ActiveFault) => [id, { name, params: beginningOf(params), startedMs }]

function lineOf(line: ModuleState['lines'][number]) {
  const { name, hasHost, echo, mode } = viewLine(line)
  const data = 'command' in mode ? { command: mode.command, wanted: mode.wanted } : {}
  return [name, { hasHost, echo, mode: mode.kind, ...data }]
}

const isInitial = ({ sslVersion, authMode, caCert, clientCert, clientKey, enableSni }: SslContext): boolean =>
  sslVersion === 4 && authMode === 0 && enableSni === 0 && `${caCert}${clientCert}${clientKey}` === ''

const tlsOf = ({ sslVersion, authMode, caCert, clientCert, clientKey, enableSni }: SslContext): TlsState => ({
  sslVersion,
  authMode,
  caCert,
  clientCert,
  clientKey,
  enableSni,
})
