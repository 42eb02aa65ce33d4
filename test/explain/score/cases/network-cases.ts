import {
  a76Boot,
  connect,
  onLine,
  plainClient,
  publish,
  rowsOf,
  simBoot,
  started,
  type WrittenCase,
  withAddress,
} from './case.ts'

const ask = (answer: string, times: number, pause = '5s'): string =>
  Array.from({ length: times }, () => `> AT+CEREG?\n< +CEREG: ${answer}\n< OK\n@+${pause}`).join('\n')

/** SIM, radio, registration and data connection. */
export const networkCases: readonly WrittenCase[] = [
  {
    cause: 'sim-early',
    shapes: ['arduino', 'tinygsm', 'espLog'],
    accepted: ['sim-early'],
    session: rowsOf(
      '< *ATREADY: 1\n> AT\n< OK\n> AT+CPIN?\n< +CME ERROR: SIM busy\n@+1s\n> AT+CPIN?\n< +CME ERROR: SIM busy\n@+2s\n< +CPIN: READY\n> AT+CPIN?\n< +CPIN: READY\n< OK',
      onLine,
    ),
  },
  {
    cause: 'sim-absent',
    shapes: ['platformio', 'sketch'],
    accepted: ['sim-absent'],
    session:
      '< *ATREADY: 1\n@+1s\n< +CME ERROR: SIM not inserted\n> AT\n< OK\n> AT+CPIN?\n< +CME ERROR: SIM not inserted\n@+2s\n> AT+CPIN?\n< +CME ERROR: SIM not inserted\n> AT+CSQ\n< +CSQ: 20,99\n< OK\n> AT+CREG?\n< +CREG: 0,0\n< OK',
  },
  {
    cause: 'sim-loop',
    shapes: ['arduino', 'python'],
    accepted: ['sim-loop'],
    session: rowsOf(
      a76Boot,
      onLine,
      '@+30s\n< +CPIN: SIM REMOVED\n@+2s\n< +CPIN: READY\n< SMS DONE\n@+40s\n< +CPIN: SIM REMOVED\n@+2s\n< +CPIN: READY',
    ),
  },
  {
    cause: 'sim-loop',
    shapes: ['plain', 'espLog'],
    accepted: ['sim-loop'],
    session: rowsOf(
      a76Boot,
      '> AT+CREG?\n< +CREG: 0,2\n< OK\n@+5s\n< +CPIN: SIM CRASH\n@+3s\n> AT+CPIN?\n< +CME ERROR: SIM failure',
    ),
  },
  {
    cause: 'sim-pin',
    shapes: ['localised', 'arrows'],
    accepted: ['sim-pin'],
    session:
      '< QCRDY\n@+3s\n< +CPIN: SIM PIN\n> AT\n< OK\n> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n> AT+CREG?\n< +CREG: 0,0\n< OK\n> AT+CGDCONT=1,"IP","iot.net"\n< OK\n> AT+CEREG?\n< +CEREG: 0,0\n< OK',
  },
  {
    cause: 'reg-stuck',
    shapes: ['arduino', 'python'],
    accepted: ['reg-stuck'],
    session: rowsOf(ask('0,1', 1), '# card unblocked by the operator meanwhile', ask('0,3', 4)),
  },
  {
    cause: 'no-antenna',
    shapes: ['tinygsm', 'espLog', 'zephyr'],
    accepted: ['no-antenna'],
    session: rowsOf(
      a76Boot,
      ...Array.from({ length: 5 }, () => '> AT+CSQ\n< +CSQ: 99,99\n< OK\n> AT+CREG?\n< +CREG: 0,2\n< OK\n@+5s'),
    ),
  },
  {
    cause: 'reg-denied',
    shapes: ['platformio', 'modemManager'],
    accepted: ['reg-denied'],
    session: rowsOf(simBoot, '> AT+CSQ\n< +CSQ: 24,99\n< OK', ask('0,2', 2), ask('0,3', 3)),
  },
  {
    cause: 'reg-denied',
    shapes: ['arduino', 'pythonList'],
    accepted: ['reg-denied'],
    session:
      '> AT+CSQ\n< +CSQ: 22,99\n< OK\n> AT+COPS=1,2,"26203"\n@+9s\n< +CME ERROR: PLMN not allowed\n> AT+CREG?\n< +CREG: 0,3\n< OK',
  },
  {
    cause: 'reg-wrong-query',
    shapes: ['arduino', 'glued'],
    accepted: ['reg-wrong-query'],
    session: rowsOf(
      '> AT+CSQ\n< +CSQ: 21,99\n< OK',
      ...Array.from({ length: 4 }, () => '> AT+CREG?\n< +CREG: 0,0\n< OK\n@+3s'),
      '> AT+CEREG?\n< +CEREG: 0,1\n< OK\n> AT+CREG?\n< +CREG: 0,0\n< OK',
    ),
  },
  {
    cause: 'reg-sms-only',
    shapes: ['tinygsm', 'blocks'],
    accepted: ['reg-sms-only'],
    session: rowsOf(
      '> AT+CSQ\n< +CSQ: 17,99\n< OK',
      ...Array.from({ length: 3 }, () => '> AT+CREG?\n< +CREG: 0,6\n< OK\n@+3s'),
    ),
  },
  {
    cause: 'searching',
    shapes: ['espLog', 'sscom'],
    accepted: ['reg-searching'],
    session: rowsOf(simBoot, '> AT+CSQ\n< +CSQ: 12,99\n< OK', ask('0,2', 8, '10s')),
  },
  {
    cause: 'apn-placeholder',
    shapes: ['arduino', 'tinygsm', 'mailQuote'],
    accepted: ['apn-placeholder'],
    session: rowsOf(
      onLine,
      '> AT+CGDCONT=1,"IP","YourAPN"\n< OK\n> AT+CGACT=1,1\n@+4s\n< ERROR\n> AT+NETOPEN\n< OK\n< +NETOPEN: 1',
    ),
  },
  {
    cause: 'apn-refused',
    shapes: ['platformio', 'espHexdump'],
    accepted: ['apn-refused'],
    session: rowsOf(
      onLine,
      '> AT+CGDCONT=1,"IP","m2m.tele"\n< OK\n> AT+CGACT=1,1\n@+2s\n< +CME ERROR: requested service option not subscribed (#33)\n> AT+CGPADDR\n< +CGPADDR: 1,0.0.0.0\n< OK',
    ),
  },
  {
    cause: 'pdn-cid',
    shapes: ['arduino', 'python'],
    accepted: ['pdn-cid'],
    session: rowsOf(
      onLine,
      '> AT+CGDCONT=1,"IP","iot.net"\n< OK\n> AT+CGACT?\n< +CGACT: 1,0\n< +CGACT: 8,1\n< OK\n> AT+CGPADDR\n< +CGPADDR: 1,0.0.0.0\n< +CGPADDR: 8,100.64.3.2\n< OK',
    ),
  },
  {
    cause: 'bearer-lost',
    shapes: ['arduino', 'espLog', 'trace'],
    accepted: ['bearer-lost'],
    session: rowsOf(
      onLine,
      withAddress,
      started,
      plainClient,
      connect('tcp://mq.plant.example:1883', 0),
      publish(),
      '@+40min\n< +CGEV: NW PDN DEACT 1\n< +CMQTTNONET\n> AT+CMQTTTOPIC=0,11\n< ERROR',
    ),
  },
  {
    cause: 'bearer-lost',
    shapes: ['tinygsm', 'plain'],
    accepted: ['bearer-lost'],
    session: rowsOf(
      onLine,
      '> AT+NETOPEN\n< OK\n< +NETOPEN: 0\n> AT+CIPOPEN=0,"TCP","198.51.100.7",1883\n< OK\n< +CIPOPEN: 0,0\n@+9min\n< +CIPEVENT: NETWORK CLOSED UNEXPECTEDLY\n> AT+CIPSEND=0,12\n< ERROR',
    ),
  },
  {
    cause: 'already-so',
    shapes: ['arduino', 'sketch'],
    accepted: ['already-so'],
    session: rowsOf(
      onLine,
      '> AT+NETCLOSE\n< +NETCLOSE: 2\n< ERROR\n> AT+NETOPEN\n< OK\n< +NETOPEN: 0\n> AT+IPADDR\n< +IPADDR: 100.71.22.9\n< OK',
    ),
  },
  {
    cause: 'dns',
    shapes: ['espLog', 'recording'],
    accepted: ['dns'],
    session: rowsOf(onLine, withAddress, started, plainClient, connect('tcp://mq.plnat.example:1883', 25, '9s')),
  },
  {
    cause: 'dns',
    shapes: ['arduino', 'localised'],
    accepted: ['dns'],
    session: rowsOf(
      onLine,
      withAddress,
      '> AT+CDNSGIP="mq.plant.example"\n@+8s\n< +CDNSGIP: 0,10\n< ERROR\n> AT+CDNSGIP="example.org"\n@+8s\n< +CDNSGIP: 0,10\n< ERROR',
    ),
  },
  {
    cause: 'start-early',
    shapes: ['arduino', 'espLog'],
    accepted: ['start-early'],
    session: rowsOf(
      '< *ATREADY: 1\n@+1s\n< +CPIN: READY\n> AT\n< OK\n> AT+CGMM\n< A7672SA-FASE\n< OK\n> AT+CMQTTSTART\n< OK\n@+1s\n< +CMQTTSTART: 1\n@+2s\n< SMS DONE\n< +CGEV: EPS PDN ACT 1\n@+2s\n< PB DONE',
    ),
  },
]
