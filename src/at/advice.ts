const network = 'look at the signal (AT+CSQ), the registration (AT+CEREG?) and the APN (AT+CGDCONT?).'
const server = 'check host, port and that the server can be reached from this SIM.'

/** What to try, by `<err>`; one sentence or less, to be read after a colon. */
const advice: Readonly<Record<number, string>> = {
  1: 'of START: wait for PB DONE and an address (AT+CGPADDR); else the server refused it, so check its access rules and log.',
  2: 'send UTF-8, or switch the check off with AT+CMQTTCFG="checkUTF8".',
  3: server,
  4: 'release the client and acquire it again.',
  5: 'release the client and acquire it again.',
  6: 'the connection ended first; the message may have arrived, so connect again and decide whether to repeat it.',
  7: network,
  8: network,
  9: 'start the service with AT+CMQTTSTART.',
  10: 'use client index 0 or 1.',
  11: 'connect first.',
  12: 'check the topic: wildcards are for filters, fill a whole level, and # stands last. An address begins with tcp://.',
  13: 'the client is connected already, or this firmware can not do it.',
  14: 'wait for the result of the earlier command of this client.',
  15: 'connect first.',
  16: network,
  17: 'the server did not answer in time; the message may have arrived.',
  18: 'input a topic with AT+CMQTTTOPIC first.',
  19: 'the client is held or connected: use it as it is, or disconnect and release it first.',
  20: 'acquire the client first.',
  21: 'disconnect and release every client first.',
  22: 'shorten it.',
  23: 'the service is started already: go on with it, or stop it first.',
  24: 'check that the port speaks MQTT, and not TLS or something else.',
  25: "check the name, and the APN's DNS.",
  26: 'the server closed the connection: check port, TLS, client ID and login.',
  27: 'set the MQTT version with AT+CMQTTCFG="version": 4 is 3.1.1.',
  28: 'use another client ID.',
  29: 'try again later.',
  30: 'check user name and password.',
  31: 'check what this client may do at the server.',
  32: 'check the CA, the host name, enableSNI, authmode, the clock of the module, and that the server sends a short chain.',
  33: 'put the files that authmode needs into the store and name them with AT+CSSLCFG.',
  34: 'check the files that authmode needs (there, PEM with LF, valid to 2049 at most) and that the port speaks TLS.',
  35: 'the client counts as disconnected; release it.',
}

export const adviceFor = (code: number): string => advice[code] ?? 'see the manual of the firmware.'
