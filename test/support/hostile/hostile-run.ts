import { setImmediate as turn } from 'node:timers/promises'
import {
  bringIntoStep,
  bringOnline,
  CmeError,
  InputError,
  Modem,
  MqttError,
  maxBuffered,
  OnlineError,
  PortClosedError,
  RefusedError,
  UnknownOutcomeError,
} from '../../../src/driver/public.ts'
import { type VirtualClock, virtualClock } from '../../../src/io/clock-virtual.ts'
import { seededRandom } from '../../../src/io/random.ts'
import type { Random } from '../../../src/io/runtime.ts'
import { foes } from './foes.ts'
import { HostilePort } from './hostile-port.ts'
import { pick } from './mutate.ts'

/** What a run has seen. */
export interface Report {
  readonly foe: string
  /** `ok`, or the name of the error, for each thing that was attempted. */
  readonly outcomes: readonly string[]
  readonly messages: number
  readonly damaged: number
  /** The most bytes that the driver kept. */
  readonly peak: number
  /** Bytes that the module said. */
  readonly said: number
  /** Virtual time until everything had settled, in ms. */
  readonly tookMs: number
}

/** How often each comes; the mutant finds most. */
const shares: Readonly<Record<string, number>> = { noisy: 15, wordy: 25, parrot: 15, endless: 2, mutant: 43 }
const drawn = Object.keys(foes).flatMap((name) => Array<string>(shares[name] ?? 0).fill(name))
const expected = [CmeError, InputError, MqttError, OnlineError, PortClosedError, RefusedError, UnknownOutcomeError]
/** Nothing that a program asks for takes longer, in ms of virtual time. */
const patienceMs = 2 * 3_600_000

/** One program against one foe, both decided by the seed. Throws where the driver did what it must not. */
export async function hostileRun(seed: number, foe?: string): Promise<Report> {
  const random = seededRandom(seed)
  const clock = virtualClock()
  const port = new HostilePort(clock, random)
  const name = foe ?? pick(random, drawn)
  const end = foes[name]!({ port, clock, random })
  const modem = new Modem({ port, clock, ...(random.below(10) === 0 && { trace: () => {} }) })
  const seen = { messages: 0, damaged: 0, peak: 0 }
  if (random.below(2) === 0) modem.onMisaligned(async () => modem.chat.realigned())
  modem.chat.on('message', () => void seen.messages++)
  modem.chat.on('damaged', () => void seen.damaged++)
  port.watch = () => {
    seen.peak = Math.max(seen.peak, modem.chat.buffered)
  }
  interfere(port, clock, random)
  const outcomes = await settled(clock, program(modem, clock, random))
  const tookMs = clock.now()
  await modem.close()
  end()
  if (seen.peak > maxBuffered) throw new Error(`${seen.peak} bytes were kept, more than ${maxBuffered}`)
  return { foe: name, outcomes, ...seen, said: port.said, tookMs }
}

/** Now and then the port itself goes, or takes nothing any more. */
function interfere(port: HostilePort, clock: VirtualClock, random: Random): void {
  const kind = random.below(20)
  if (kind === 0) clock.after(random.below(20_000), () => port.unplug())
  if (kind === 1)
    clock.after(random.below(20_000), () => {
      port.stuck = true
    })
}

/** At least a connect, a subscribe and a publish, one after the other or all at once. */
async function program(modem: Modem, clock: VirtualClock, random: Random): Promise<readonly string[]> {
  const steps = [...opening(modem, clock, random), ...session(modem), ...closing(modem, random)]
  if (random.below(4) === 0) return Promise.all(steps.map(outcome))
  const outcomes: string[] = []
  for (const step of steps) outcomes.push(await outcome(step))
  return outcomes
}

type Step = () => Promise<unknown>

function opening(modem: Modem, clock: VirtualClock, random: Random): readonly Step[] {
  const kind = random.below(4)
  if (kind === 0) return [() => bringOnline(modem, clock, { networkTimeout: 10, attempts: 1 })]
  if (kind === 1) return [() => bringIntoStep(modem, clock, { attempts: 1 })]
  return [() => modem.general.echo({ echo: 0 })]
}

const clientIndex = 0
function session(modem: Modem): readonly Step[] {
  const { mqtt } = modem
  return [
    () => mqtt.start(),
    () => mqtt.acquire({ clientIndex, clientId: 'x' }),
    () => mqtt.connect({ clientIndex, serverAddress: 'tcp://host', keepaliveTime: 60, cleanSession: 1 }),
    () => mqtt.subscribe({ clientIndex, qos: 1 }, 'a/b'),
    () => modem.inTurn(clientIndex, () => publish(modem)),
  ]
}

async function publish({ mqtt }: Modem): Promise<void> {
  await mqtt.topic({ clientIndex }, 'a/b')
  await mqtt.payload({ clientIndex }, 'hello')
  await mqtt.publish({ clientIndex, qos: 1, pubTimeout: 60 })
}

function closing(modem: Modem, random: Random): readonly Step[] {
  const { mqtt } = modem
  const all = [
    () => modem.info(),
    () => modem.signal(),
    () => mqtt.subscribe.read(),
    () => modem.command('AT+CCERTLIST'),
    () => mqtt.disconnect({ clientIndex, timeout: 60 }),
  ]
  return all.filter(() => random.below(3) === 0)
}

async function outcome(step: Step): Promise<string> {
  try {
    await step()
    return 'ok'
  } catch (error) {
    if (expected.some((kind) => error instanceof kind)) return (error as Error).name
    throw new Error('an error that no program is told to expect', { cause: error })
  }
}

/** Lets time go on to whatever is next until the promise has settled; where nothing is left that could settle it, it hangs. */
async function settled<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let done = false
  const mark = () => {
    done = true
  }
  promise.then(mark, mark)
  for (;;) {
    await turn()
    if (done) return promise
    const due = clock.due()
    if (due === Number.POSITIVE_INFINITY) throw new Error('it hangs: nothing is awaited and it has not settled')
    if (due > patienceMs) throw new Error(`it has not settled in ${patienceMs} ms`)
    clock.advance(due - clock.now())
  }
}
