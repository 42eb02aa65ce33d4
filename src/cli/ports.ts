import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type Speaker, whoAnswers } from '../driver/setup/who-answers.ts'
import { holdersOf, holderText } from '../io/ports/port-holders.ts'
import { describePort, listSerialPorts, type SerialPortInfo } from '../io/ports/serial-ports.ts'
import { nodeClock } from '../io/runtime/clock-node.ts'
import { SetupError } from '../io/setup-error.ts'
import { openSerialPort } from '../io/transports/serial.ts'
import { parsePort, type SerialAddress } from '../launch/addresses.ts'
import { exitCodes } from './exit.ts'
import { print } from './output.ts'

export function addPorts(atmqtt: Command, done: (code: number) => void): void {
  atmqtt
    .command('ports')
    .summary('the serial ports, and which of them answer AT')
    .description(
      'Lists the serial ports of this machine: USB ID, lasting name, who has it open, and who answers AT on it.\nWith PORT it looks at that one alone.',
    )
    .argument('[PORT...]', 'ports to look at, with their speed if it is not 115200: /dev/ttyUSB2:9600')
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action(async (given: readonly string[]) => {
      const ports = given.length === 0 ? (await listSerialPorts()).map(withSpeed) : await chosen(given)
      if (ports.length === 0) print('There is no serial port: plug the module in.\n')
      const found = await Promise.all(ports.map(lookAt))
      for (const [i, { port }] of ports.entries()) print(portText(port, found[i]!))
      done(found.some(({ answers }) => answers) ? exitCodes.ok : exitCodes.negative)
    })
}

interface Candidate {
  readonly port: SerialPortInfo
  readonly baud: number
}

const withSpeed = (port: SerialPortInfo): Candidate => ({ port, baud: 115_200 })

/** Ports that were named; what is known of them is shown too. */
async function chosen(given: readonly string[]): Promise<readonly Candidate[]> {
  const known = await listSerialPorts()
  return given.map(parsePort('PORT')).map(({ device, baud }: SerialAddress) => ({
    port: known.find(({ path, byId }) => device === path || device === byId) ?? { path: device },
    baud,
  }))
}

interface Finding {
  readonly answers: boolean
  readonly text: string
}

const not = (text: string): Finding => ({ answers: false, text })

/** Opens a port that nobody else has, and asks. */
async function lookAt({ port: { path }, baud }: Candidate): Promise<Finding> {
  if (path.startsWith('/') && !existsSync(path)) return not('is not there')
  const held = holdersOf(path)
  if (held.holders.length > 0) return not(`held by ${holderText(held)}`)
  try {
    return speakerText(await whoAnswers(await openSerialPort({ path, baud }), nodeClock), baud, holderText(held))
  } catch (error) {
    if (error instanceof SetupError) return not(error.message)
    throw error
  }
}

/** `suspect`: who may be talking on the port at the same time. */
function speakerText(speaker: Speaker, baud: number, suspect: string | undefined): Finding {
  if (speaker.kind === 'module')
    return { answers: true, text: `answers AT${speaker.model === '' ? '' : `: ${speaker.model}`}` }
  if (speaker.kind === 'sentences')
    return not('sends positions (NMEA), no answers to AT: take another port of the module')
  return not(`does not answer AT at ${baud} baud${suspect === undefined ? '' : `; held by ${suspect}`}`)
}

const portText = (port: SerialPortInfo, { text }: Finding): string =>
  [describePort(port), ...(port.byId === undefined ? [] : [`    ${port.byId}`]), `    ${text}\n`].join('\n')
