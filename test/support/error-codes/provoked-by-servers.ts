import { make } from '../../../src/io/tls/testing-certificates.ts'
import { listenTls } from '../../../src/io/tls/testing-tls.ts'
import { freePort } from '../free-port.ts'
import { byAction, type Provocation } from './provocation.ts'
import type { Stage } from './stage.ts'

const refusals = [
  [27, 'the protocol version'],
  [28, 'the client ID'],
  [29, 'while it is unavailable'],
  [30, 'user name and password'],
  [31, 'for want of authorization'],
] as const

/** Codes and causes that come from servers and the network. */
export const byServers: readonly Provocation[] = [
  byAction(1, 'connected', 'A server that refuses the subscription: SUBACK 0x80.', async (s) => {
    s.happens('the server grants nobody this filter', () => s.peer.behave({ suback: 0x80 }))
    await s.data('AT+CMQTTSUB=0,6,1', 'secret', 'secret', 'OK', '+CMQTTSUB: 0,1')
  }),
  {
    ...byAction(1, 'nothing', 'START before the packet data is up.', async (s) => {
      s.control('network', { state: 'down' })
      await s.hears('+CGEV: NW PDN DEACT 1', '+CGEV: NW DETACH')
      await s.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 1')
    }),
    profile: 'a76xx',
  },
  byAction(3, 'acquired', 'CONNECT to a port at which nobody listens.', async (s) => {
    const address = `127.0.0.1:${await freePort()}`
    s.ports.set(address, '{nobody}')
    await s.says(s.connectLine(address), 'OK', '+CMQTTCONNECT: 0,3')
  }),
  byAction(6, 'connected', 'The connection ends before the result of a PUB, SUB or UNSUB.', async (s) => {
    s.happens('the server is slow to acknowledge', () => s.peer.behave({ ackPublishes: false }))
    await s.data('AT+CMQTTTOPIC=0,1', 't', 't', 'OK')
    await s.says('AT+CMQTTPUB=0,1,60', 'OK')
    s.happens('the server ends the connection', () => s.peer.close())
    await s.hears('+CMQTTPUB: 0,6', '+CMQTTCONNLOST: 0,1')
  }),
  byAction(7, 'nothing', 'START without coverage: `network down` over the control port.', async (s) => {
    s.control('network', { state: 'down' })
    await s.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 7')
  }),
  byAction(17, 'connected', 'A server that does not acknowledge in time.', async (s) => {
    s.happens('the server acknowledges nothing', () => s.peer.behave({ ackPublishes: false }))
    await s.data('AT+CMQTTTOPIC=0,1', 't', 't', 'OK')
    await s.says('AT+CMQTTPUB=0,1,60', 'OK')
    s.waits(60)
    await s.hears('+CMQTTPUB: 0,17')
  }),
  byAction(24, 'acquired', 'CONNECT to a server that does not speak MQTT.', async (s) => {
    const connack = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')
    s.happens('an HTTP server answers', () => s.peer.behave({ connack }))
    await s.says(s.connectLine(), 'OK', '+CMQTTCONNECT: 0,24')
  }),
  byAction(25, 'acquired', 'CONNECT to a name that is not found.', (s) =>
    s.says(s.connectLine('nowhere.invalid'), 'OK', '+CMQTTCONNECT: 0,25'),
  ),
  byAction(26, 'acquired', 'A server that closes the connection instead of CONNACK.', async (s) => {
    s.happens('the server closes connections', () => s.peer.behave({ connack: 'close' }))
    await s.says(s.connectLine(), 'OK', '+CMQTTCONNECT: 0,26')
  }),
  ...refusals.map(([code, what]) =>
    byAction(code, 'acquired', `A server that refuses ${what}: CONNACK ${code - 26}.`, async (s) => {
      s.happens(`the server answers CONNACK ${code - 26}`, () => s.peer.behave({ connack: code - 26 }))
      await s.says(s.connectLine(), 'OK', `+CMQTTCONNECT: 0,${code}`)
    }),
  ),
  byAction(32, 'started', 'TLS with a server whose certificate `cacert` did not issue, or that fails otherwise.', (s) =>
    untrusted(s, 'OK', '+CMQTTCONNECT: 0,32'),
  ),
  {
    ...byAction(34, 'started', 'TLS on a port that speaks none.', async (s) => {
      s.happens('the server closes connections', () => s.peer.behave({ connack: 'close' }))
      await s.says('AT+CMQTTACCQ=0,"me",1', 'OK')
      await s.says(s.connectLine(), '+CMQTTCONNECT: 0,34', 'ERROR')
    }),
    profile: 'a76xx',
  },
  byAction(35, 'connected', 'DISC whose bytes do not leave within its time-out.', async (s) => {
    s.control('network', { state: 'silent' })
    for (let i = 0; i < 4; i++) {
      await s.data('AT+CMQTTTOPIC=0,1', 't', 't', 'OK')
      await s.data('AT+CMQTTPAYLOAD=0,4096', 'x'.repeat(4096), '(4096 bytes)', 'OK')
      await s.says('AT+CMQTTPUB=0,0,60', 'OK', '+CMQTTPUB: 0,0')
    }
    await s.says('AT+CMQTTDISC=0,60')
    s.waits(60)
    await s.hears('OK', '+CMQTTDISC: 0,35')
  }),
  lost(1, 'The server ends the connection with FIN.', async (s) => {
    s.happens('the server ends the connection', () => s.peer.close())
    await s.hears('+CMQTTCONNLOST: 0,1')
  }),
  lost(2, 'The server resets the connection.', async (s) => {
    s.happens('the server resets the connection', () => s.peer.reset())
    await s.hears('+CMQTTCONNLOST: 0,2')
  }),
  lost(3, 'The network goes away.', async (s) => {
    s.control('network', { state: 'down' })
    await s.hears('+CMQTTCONNLOST: 0,3', '+CMQTTNONET')
  }),
]

function lost(cause: number, how: string, play: Provocation['play']): Provocation {
  return { cause, by: 'action', given: 'connected', how, play }
}

/** A TLS server that answers as it should, with a certificate of an authority that the module was not given. */
async function untrusted(s: Stage, ...answer: readonly string[]): Promise<void> {
  const [ours, theirs] = [await make({ name: 'Ours', ca: true }), await make({ name: 'Theirs', ca: true })]
  const { pem, key } = await make({ name: 'Server', issuer: theirs, hosts: ['127.0.0.1'] })
  const server = await listenTls({ cert: pem, key })
  s.ports.set(`127.0.0.1:${server.port}`, '{brokerTls}')
  s.certificates.write('ca.pem', Buffer.from(ours.pem))
  await s.says('AT+CMQTTACCQ=0,"me",1', 'OK')
  await s.says('AT+CSSLCFG="cacert",0,"ca.pem"', 'OK')
  await s.says('AT+CSSLCFG="authmode",0,1', 'OK')
  await s.says(s.connectLine(`127.0.0.1:${server.port}`), ...answer)
}
