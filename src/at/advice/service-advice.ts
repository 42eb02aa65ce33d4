import { type AdviceRows, advice, badFilter, badUtf8, busy, notAcquired, notConnected } from './rows.ts'

const startedAlready = advice(
  'the MQTT service is started already, perhaps by an earlier run of the host',
  'go on with it (AT+CMQTTACCQ? lists its clients), or end it first: DISC, REL, STOP',
)
const notStarted = advice('the MQTT service is not started', 'nothing has to be stopped: go on')
const clientHeld = advice(
  'a client is still acquired, perhaps by an earlier run of the host',
  'disconnect and release both clients (AT+CMQTTDISC, AT+CMQTTREL), then stop',
)
const configuredTooLate = advice(
  'the client is connected',
  'send the settings between AT+CMQTTACCQ and AT+CMQTTCONNECT',
)

/** The service, its clients, and their settings. */
export const serviceAdvice: AdviceRows<
  'start' | 'stop' | 'acquire' | 'release' | 'sslConfig' | 'config' | 'subscribeTopic' | 'unsubscribeTopic'
> = {
  start: {
    1: {
      a76xx: advice(
        'the packet data are not up yet',
        'wait for PB DONE and for an address (AT+CGPADDR), then start again; if that is refused, AT+CMQTTSTOP first',
      ),
      others: advice(
        'the service could not be started, and the module does not say why',
        'wait for registration (AT+CEREG?) and for an address (AT+CGPADDR), then start again',
      ),
    },
    7: advice(
      'there is no mobile network',
      'wait until AT+CEREG? tells 1 or 5, then start again; look at the antenna and at AT+CSQ',
    ),
    9: advice(
      'the mobile network refuses the data connection',
      'compare APN, user and password with those of the operator (AT+CGDCONT?, AT+CGAUTH?), then start again',
    ),
    23: startedAlready,
    ERROR: { sim767x: startedAlready, a76xx: startedAlready },
  },
  stop: {
    9: notStarted,
    19: clientHeld,
    21: clientHeld,
    ERROR: { sim767x: notStarted, a76xx: notStarted },
  },
  acquire: {
    19: advice(
      'the client is acquired already, perhaps by an earlier run of the host',
      'use it as it is, take the other client, or free it first: DISC, REL',
    ),
    ERROR: advice(
      'the MQTT service is not started, or a value is out of its range',
      'send AT+CMQTTSTART first; there are clients 0 and 1, a client ID has 1 to 128 bytes',
    ),
  },
  release: {
    14: advice(
      'the client is connected, connecting or disconnecting',
      'disconnect it and wait for +CMQTTDISC, then release it',
    ),
    20: advice('the client is not acquired', 'nothing has to be released: go on'),
  },
  sslConfig: {
    ERROR: advice(
      'the MQTT service is not started, the client is connected, or a value is out of its range',
      'bind the SSL context between AT+CMQTTSTART and AT+CMQTTCONNECT',
    ),
  },
  config: {
    13: configuredTooLate,
    14: advice(
      'the client is connecting or disconnecting',
      'send the settings between AT+CMQTTACCQ and AT+CMQTTCONNECT',
    ),
    20: notAcquired,
    ERROR: advice(
      'the client is not acquired, or is connected already, or this firmware does not have the setting',
      'send the settings between AT+CMQTTACCQ and AT+CMQTTCONNECT; AT+CMQTTCFG=? lists them',
    ),
  },
  subscribeTopic: { 2: badUtf8, 11: notConnected, 12: badFilter, 14: busy, 20: notAcquired },
  unsubscribeTopic: { 2: badUtf8, 11: notConnected, 12: badFilter, 14: busy, 20: notAcquired },
}
