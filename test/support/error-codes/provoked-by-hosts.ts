import { byAction, type Provocation } from './provocation.ts'
import { latin1 } from './stage.ts'

/** Codes that a host gets by what it sends. */
export const byHosts: readonly Provocation[] = [
  byAction(0, 'nothing', 'Whatever succeeds.', (s) => s.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')),
  byAction(2, 'acquired', 'Topic data that is not UTF-8, while `checkUTF8` is 1.', (s) =>
    s.data('AT+CMQTTTOPIC=0,2', latin1(0xc0, 0x80), '(the bytes C0 80)', '+CMQTTTOPIC: 0,2', 'ERROR'),
  ),
  byAction(9, 'nothing', 'START while the network refuses the APN of context 1.', async (s) => {
    await s.says('AT+CGDCONT=1,"IP","refused"', 'OK')
    await s.says('AT+CGACT=0,1', 'OK')
    await s.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 9')
  }),
  {
    ...byAction(9, 'nothing', 'STOP while the service is not started.', (s) =>
      s.says('AT+CMQTTSTOP', '+CMQTTSTOP: 9', 'ERROR'),
    ),
    profile: 'sim7600',
  },
  byAction(11, 'acquired', 'PUB, SUB, UNSUB or DISC without a connection.', (s) =>
    s.says('AT+CMQTTPUB=0,0,60', '+CMQTTPUB: 0,11', 'ERROR'),
  ),
  byAction(12, 'acquired', 'A wildcard in a topic, or a malformed one in a filter.', (s) =>
    s.data('AT+CMQTTTOPIC=0,3', 'a/#', 'a/#', '+CMQTTTOPIC: 0,12', 'ERROR'),
  ),
  {
    ...byAction(12, 'acquired', 'CONNECT to an address that does not begin with `tcp://`.', (s) =>
      s.says('AT+CMQTTCONNECT=0,"ssl://broker.example:8883",60,1', '+CMQTTCONNECT: 0,12', 'ERROR'),
    ),
    profile: 'sim7600',
  },
  {
    ...byAction(13, 'connected', 'CONNECT while the client is connected.', (s) =>
      s.says(s.connectLine(), '+CMQTTCONNECT: 0,13', 'ERROR'),
    ),
    profile: 'sim7600',
  },
  byAction(14, 'connected', 'The next TOPIC, PAYLOAD, PUB, SUB or UNSUB before an earlier result.', async (s) => {
    s.happens('the server is slow to acknowledge', () => s.peer.behave({ ackPublishes: false }))
    await s.data('AT+CMQTTTOPIC=0,1', 't', 't', 'OK')
    await s.says('AT+CMQTTPUB=0,1,60', 'OK')
    await s.says('AT+CMQTTTOPIC=0,1', '+CMQTTTOPIC: 0,14', 'ERROR')
  }),
  byAction(18, 'connected', 'PUB without a topic.', (s) => s.says('AT+CMQTTPUB=0,0,60', '+CMQTTPUB: 0,18', 'ERROR')),
  byAction(19, 'acquired', 'ACCQ of a client that is acquired.', (s) =>
    s.says('AT+CMQTTACCQ=0,"me"', '+CMQTTACCQ: 0,19', 'ERROR'),
  ),
  byAction(19, 'connected', 'CONNECT while the client is connected.', (s) =>
    s.says(s.connectLine(), '+CMQTTCONNECT: 0,19', 'ERROR'),
  ),
  byAction(19, 'acquired', 'STOP while a client is acquired.', (s) =>
    s.says('AT+CMQTTSTOP', '+CMQTTSTOP: 19', 'ERROR'),
  ),
  byAction(20, 'started', 'A command for a client that is not acquired.', (s) =>
    s.says('AT+CMQTTREL=0', '+CMQTTREL: 0,20', 'ERROR'),
  ),
  {
    ...byAction(21, 'acquired', 'STOP while a client is acquired.', (s) =>
      s.says('AT+CMQTTSTOP', '+CMQTTSTOP: 21', 'ERROR'),
    ),
    profile: 'sim7600',
  },
  {
    ...byAction(23, 'started', 'START while the service is started.', (s) =>
      s.says('AT+CMQTTSTART', '+CMQTTSTART: 23', 'ERROR'),
    ),
    profile: 'sim7600',
  },
  byAction(
    33,
    'started',
    'A TLS CONNECT whose `authmode` needs a file that is not named, or is not in the store.',
    async (s) => {
      await s.says('AT+CMQTTACCQ=0,"me",1', 'OK')
      await s.says('AT+CSSLCFG="authmode",0,1', 'OK')
      await s.says(s.connectLine(), 'OK', '+CMQTTCONNECT: 0,33')
    },
  ),
  {
    ...byAction(34, 'started', 'TLS with a file that is missing or can not be loaded, at once.', async (s) => {
      await s.says('AT+CMQTTACCQ=0,"me",1', 'OK')
      await s.says('AT+CSSLCFG="authmode",0,1', 'OK')
      await s.says(s.connectLine(), '+CMQTTCONNECT: 0,34', 'ERROR')
    }),
    profile: 'a76xx',
  },
]
