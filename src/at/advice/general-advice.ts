import { type Advice, advice } from './rows.ts'

const look = 'look at the signal (AT+CSQ), the registration (AT+CEREG?) and the APN (AT+CGDCONT?)'
const release = 'disconnect and release the client, acquire it and connect again'
const server = 'check host and port, and the log of the server'

/** By `<err>`: what is true behind any command, for commands that are not known to give the code. */
export const generalAdvice: Readonly<Record<number, Advice>> = {
  1: advice('it failed, and the module does not say why', look),
  2: advice('a text is not UTF-8', 'send UTF-8'),
  3: advice('a TCP connection could not be made', server),
  4: advice('the module could not open a socket', release),
  5: advice('the module could not close its socket', release),
  6: advice('the connection ended while an answer was awaited', `what was under way may have been done; ${server}`),
  7: advice('the module could not open the mobile network', look),
  8: advice('the module could not close the mobile network', look),
  9: advice('the MQTT service or the mobile network is not opened', `AT+CMQTTSTART opens it; ${look}`),
  10: advice('there is no client with this index', 'use 0 or 1'),
  11: advice('there is no connection', 'connect first, and wait for +CMQTTCONNECT: 0,0'),
  12: advice('a value is invalid', 'compare the line with the forms of the command'),
  13: advice('this can not be done now, or not by this firmware', 'look at the state: AT+CMQTTDISC?, AT+CMQTTACCQ?'),
  14: advice('the client is busy', 'wait for the result of its earlier command'),
  15: advice('the connection could not be set up, and the module does not say why', server),
  16: advice('the bytes could not be sent: the connection is broken', 'connect again'),
  17: advice('there was no answer in time', `what was under way may have been done; ${look}`),
  18: advice('there is no topic', 'input one first (AT+CMQTTTOPIC)'),
  19: advice('the client is in use', 'look at it with AT+CMQTTACCQ? and AT+CMQTTDISC?, then use or free it'),
  20: advice('the client is not acquired', 'acquire it first (AT+CMQTTACCQ)'),
  21: advice('a client is not released', 'disconnect and release both clients first'),
  22: advice('a length is out of its range', 'send less at a time; AT+CMQTTPAYLOAD=? tells the limit'),
  23: advice('the service or the network is opened already', 'go on, or stop it first (AT+CMQTTSTOP)'),
  24: advice('what the server sent is no MQTT', 'check that the port speaks MQTT'),
  25: advice('a name was not found', 'check its spelling; where no name is found, check the APN and its DNS'),
  26: advice('the server closed the connection', server),
  27: advice('the server does not take this version of MQTT', 'use 3.1.1'),
  28: advice('the server does not take this client ID', 'use another one'),
  29: advice('the server can not serve just now', 'try again later'),
  30: advice('user name or password is wrong, or missing', 'check both'),
  31: advice('the server does not allow this client', 'check its access rules'),
  32: advice('the TLS handshake failed', 'check the CA, the host name, enableSNI, authmode and the clock (AT+CCLK?)'),
  33: advice('a file for TLS is missing', 'compare AT+CCERTLIST with the names in AT+CSSLCFG?'),
  34: advice(
    'the TLS session could not be opened',
    'compare AT+CCERTLIST with AT+CSSLCFG?, and check that the port speaks TLS',
  ),
  35: advice('disconnecting failed; the client counts as disconnected', 'release it'),
}

export const unknownCode = advice('the note does not have this code', 'see the manual of the firmware')

const refusal = 'this firmware does not have it, a value is out of its range, or the state does not allow it'

export const refusedWithoutCode = advice(
  refusal,
  'compare it with its =? form, and look whether the MQTT service is started (AT+CMQTTACCQ?)',
)

/** Of a command that is none of MQTT. */
export const refusedElsewhere = advice(refusal, 'compare it with its =? form')
