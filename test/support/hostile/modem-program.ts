import { Modem } from '../../../src/driver/commands/modem.ts'
import { bringIntoStep, bringOnline } from '../../../src/driver/setup/bring-online.ts'
import type { Clock, Random } from '../../../src/io/runtime/runtime.ts'
import type { HostilePort } from './hostile-port.ts'
import { outcome, type Program, type Step } from './program.ts'

/** A program that uses the typed modem. Half of them go on whatever happens, the others get the line into step first. */
export function modemProgram(port: HostilePort, clock: Clock, random: Random): Program {
  const modem = new Modem({ port, clock, ...(random.below(10) === 0 && { trace: () => {} }) })
  if (random.below(2) === 0) modem.onMisaligned(async () => modem.chat.realigned())
  const seen = { messages: 0, damaged: 0 }
  modem.chat.on('message', () => void seen.messages++)
  modem.chat.on('damaged', () => void seen.damaged++)
  const run = async () => {
    const outcomes = await session(modem, clock, random)
    await modem.close()
    return outcomes
  }
  return { name: 'modem', seen, buffered: () => modem.chat.buffered, run }
}

/** At least a connect, a subscribe and a publish, one after the other or all at once. */
async function session(modem: Modem, clock: Clock, random: Random): Promise<readonly string[]> {
  const steps = [...opening(modem, clock, random), ...connectAndPublish(modem), ...closing(modem, random)]
  if (random.below(4) === 0) return Promise.all(steps.map(outcome))
  const outcomes: string[] = []
  for (const step of steps) outcomes.push(await outcome(step))
  return outcomes
}

function opening(modem: Modem, clock: Clock, random: Random): readonly Step[] {
  const kind = random.below(4)
  if (kind === 0) return [() => bringOnline(modem, clock, { networkTimeout: 10, attempts: 1 })]
  if (kind === 1) return [() => bringIntoStep(modem, clock, { attempts: 1 })]
  return [() => modem.general.echo({ echo: 0 })]
}

const clientIndex = 0
function connectAndPublish(modem: Modem): readonly Step[] {
  const { mqtt } = modem
  return [
    () => mqtt.start(),
    () => mqtt.acquire({ clientIndex, clientId: 'x' }),
    () => mqtt.connect({ clientIndex, serverAddress: 'tcp://host', keepaliveTime: 60, cleanSession: 1 }),
    () => mqtt.subscribe({ clientIndex, qos: 1 }, 'a/b'),
    () => modem.exclusive(clientIndex, () => publish(modem)),
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
