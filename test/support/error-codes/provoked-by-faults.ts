import { until } from '../until.ts'
import { byFault, type Provocation } from './provocation.ts'
import type { Given, Stage } from './stage.ts'

/** Nothing that a host, a server or a network does leads to these; why, in a sentence. */
export const unreachable: Readonly<Record<number, string>> = {
  4: 'Making a socket does not fail where the module runs.',
  5: 'Closing a socket does not fail; DISC that is not done in time is 35.',
  8: 'Nothing that STOP does can fail.',
  10: 'An index other than 0 and 1 is out of range, and that is a bare `ERROR`.',
  15: 'Every cause of a failed CONNECT has a code of its own: 3, 17, 24 to 34.',
  16: 'A socket that cannot send is lost: the results under way are 6, and CONNLOST follows.',
  22: 'A length out of range is a bare `ERROR`.',
}

interface Forced {
  readonly code: number
  readonly given: Given
  readonly command: string
  readonly as: 'refusal' | 'result'
  readonly play: (stage: Stage) => Promise<void>
}

const forced: readonly Forced[] = [
  connectWith(4),
  {
    code: 5,
    given: 'connected',
    command: 'DISC',
    as: 'result',
    play: (s) => s.says('AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,5'),
  },
  {
    code: 8,
    given: 'started',
    command: 'STOP',
    as: 'refusal',
    play: (s) => s.says('AT+CMQTTSTOP', '+CMQTTSTOP: 8', 'ERROR'),
  },
  {
    code: 10,
    given: 'started',
    command: 'ACCQ',
    as: 'refusal',
    play: (s) => s.says('AT+CMQTTACCQ=0,"me"', '+CMQTTACCQ: 0,10', 'ERROR'),
  },
  connectWith(15),
  {
    code: 16,
    given: 'connected',
    command: 'PUB',
    as: 'result',
    play: (s) => s.says('AT+CMQTTPUB=0,0,60', 'OK', '+CMQTTPUB: 0,16'),
  },
  {
    code: 22,
    given: 'acquired',
    command: 'PAYLOAD',
    as: 'refusal',
    play: (s) => s.says('AT+CMQTTPAYLOAD=0,4096', '+CMQTTPAYLOAD: 0,22', 'ERROR'),
  },
]

function connectWith(code: number): Forced {
  const play = (s: Stage) => s.says(s.connectLine(), 'OK', `+CMQTTCONNECT: 0,${code}`)
  return { code, given: 'acquired', command: 'CONNECT', as: 'result', play }
}

/** The codes that nothing else gives, by the fault that gives any code. */
const byErrorCode = forced.map(
  ({ code, given, command, as, play }): Provocation =>
    byFault(code, given, unreachable[code]!, async (s) => {
      s.startFault('error-code', { command, code, as })
      await play(s)
    }),
)

const connecting = (code: number, fault: string, params = {}): Provocation =>
  byFault(code, 'acquired', `The fault \`${fault}\`.`, async (s) => {
    s.startFault(fault, params)
    await s.says(s.connectLine(), 'OK', `+CMQTTCONNECT: 0,${code}`)
  })

const lost = (cause: number, fault: string, ...after: readonly string[]): Provocation => ({
  cause,
  by: 'fault',
  given: 'connected',
  how: `The fault \`${fault}\`.`,
  async play(s) {
    s.startFault(fault)
    await s.hears(`+CMQTTCONNLOST: 0,${cause}`, ...after)
  },
})

/** Faults that bring about what is hard to bring about otherwise. */
const byOtherFaults: readonly Provocation[] = [
  connecting(15, 'connect-refused-15', { cause: 'policy' }),
  connecting(3, 'connection-refused'),
  byFault(14, 'acquired', 'The fault `client-busy`.', async (s) => {
    s.startFault('client-busy')
    await s.says('AT+CMQTTTOPIC=0,1', '+CMQTTTOPIC: 0,14', 'ERROR')
  }),
  byFault(17, 'acquired', 'The fault `server-silent`.', async (s) => {
    s.startFault('server-silent')
    await s.says(s.connectLine(), 'OK')
    await until(() => s.peer.packets.length > 0, 'CONNECT')
    s.waits(120)
    await s.hears('+CMQTTCONNECT: 0,17')
  }),
  byFault(25, 'acquired', 'The fault `dns-failure`.', async (s) => {
    s.startFault('dns-failure')
    await s.says(s.connectLine('broker.example'), 'OK', '+CMQTTCONNECT: 0,25')
  }),
  ...[1, 2, 3, 4, 5].map((code) => connecting(26 + code, 'connack-refused', { code })),
  lost(1, 'socket-closed'),
  lost(2, 'socket-reset'),
  lost(3, 'network-lost', '+CMQTTNONET'),
]

export const byFaults: readonly Provocation[] = [...byErrorCode, ...byOtherFaults]
