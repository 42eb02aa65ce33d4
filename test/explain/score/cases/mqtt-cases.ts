import {
  connect,
  onLine,
  plainClient,
  publish,
  rowsOf,
  simBoot,
  started,
  tlsClient,
  type WrittenCase,
  withAddress,
} from './case.ts'

const live = rowsOf(onLine, started, plainClient, connect('tcp://mq.plant.example:1883', 0))

/** The MQTT service, the server, and what hosts do wrong. */
export const mqttCases: readonly WrittenCase[] = [
  {
    cause: 'host-restarted',
    shapes: ['arduino', 'espLog', 'mailQuote'],
    accepted: ['host-restarted'],
    session: rowsOf(
      '# setup()',
      onLine,
      '> AT+CMQTTSTART\n< +CMQTTSTART: 23\n< ERROR\n> AT+CMQTTACCQ=0,"sensor-0417",0\n< +CMQTTACCQ: 0,19\n< ERROR',
    ),
  },
  {
    cause: 'host-restarted',
    shapes: ['platformio', 'python'],
    accepted: ['host-restarted'],
    session: rowsOf(
      '> AT\n< OK\n> AT+CMQTTSTOP\n< +CMQTTSTOP: 21\n< ERROR\n> AT+CMQTTSTART\n< ERROR\n> AT+CMQTTACCQ=0,"sensor-0417",0\n< +CMQTTACCQ: 0,19\n< ERROR',
    ),
  },
  {
    cause: 'connect-ok-taken',
    shapes: ['arduino', 'arrows'],
    accepted: ['connect-ok-taken'],
    session: rowsOf(
      onLine,
      started,
      plainClient,
      '> AT+CMQTTCONNECT=0,"tcp://mq.plant.example:1883",60,1\n< OK\n# connected!\n> AT+CMQTTTOPIC=0,11\n< +CMQTTTOPIC: 0,11\n< ERROR\n> AT+CMQTTPAYLOAD=0,4\n< +CMQTTPAYLOAD: 0,11\n< ERROR\n@+2s\n< +CMQTTCONNECT: 0,0',
    ),
  },
  {
    cause: 'other-dialect',
    shapes: ['platformio', 'sketch'],
    accepted: ['other-dialect'],
    session: rowsOf(
      '> AT+CGMM\n< SIM7670G-MNGV\n< OK',
      onLine,
      '> AT+SMCONF="URL","mq.plant.example",1883\n< ERROR\n> AT+SMCONF="KEEPTIME",60\n< ERROR\n> AT+SMCONN\n< ERROR',
    ),
  },
  {
    cause: 'other-dialect',
    shapes: ['arduino', 'espLog'],
    accepted: ['other-dialect'],
    session: rowsOf(
      '> AT+CGMM\n< A7670E-LASE\n< OK',
      onLine,
      started,
      '> AT+CMQTTACCQ=0,"sensor-0417",0,4\n< ERROR\n> AT+CMQTTCONNECT=0,"tcp://mq.plant.example:1883",60,1\n< ERROR',
    ),
    also: ['order'],
  },
  {
    cause: 'private-address',
    shapes: ['arduino', 'python', 'saleae'],
    accepted: ['private-address'],
    session: rowsOf(onLine, withAddress, started, plainClient, connect('tcp://192.168.178.31:1883', 3, '21s')),
  },
  {
    cause: 'scheme',
    shapes: ['espLog', 'glued'],
    accepted: ['scheme'],
    session: rowsOf(
      onLine,
      started,
      tlsClient,
      '> AT+CMQTTCONNECT=0,"ssl://mq.plant.example:8883",60,1\n< +CMQTTCONNECT: 0,12\n< ERROR',
    ),
  },
  {
    cause: 'mqtt-version',
    shapes: ['arduino', 'espHexdump'],
    accepted: ['mqtt-version'],
    session: rowsOf(
      onLine,
      started,
      tlsClient,
      '> AT+CSSLCFG="enableSNI",0,1\n< OK',
      connect('tcp://plant-hub.azure-devices.net:8883', 27, '4s'),
    ),
  },
  {
    cause: 'policy',
    shapes: ['arduino', 'trace'],
    accepted: ['policy'],
    session: rowsOf(
      onLine,
      started,
      tlsClient,
      connect('tcp://a3k9-ats.iot.eu-west-1.amazonaws.com:8883', 0, '5s'),
      '> AT+CMQTTSUB=0,9,1\n< >\n>> plant/cmd\n< OK\n@+1s\n< +CMQTTSUB: 0,6\n< +CMQTTCONNLOST: 0,1',
    ),
  },
  {
    cause: 'busy',
    shapes: ['arduino', 'arrows', 'sigrok'],
    accepted: ['busy'],
    session: rowsOf(
      live,
      '> AT+CMQTTTOPIC=0,11\n< >\n>> plant/hum/2\n< OK\n> AT+CMQTTPAYLOAD=0,4\n< >\n>> 48.1\n< OK\n> AT+CMQTTPUB=0,1,60\n< OK\n> AT+CMQTTTOPIC=0,11\n< +CMQTTTOPIC: 0,14\n< ERROR\n@+600ms\n< +CMQTTPUB: 0,0',
    ),
  },
  {
    cause: 'duplicate-id',
    shapes: ['espLog', 'python'],
    accepted: ['duplicate-id'],
    session: rowsOf(
      live,
      '@+4s\n< +CMQTTCONNLOST: 0,1',
      connect('tcp://mq.plant.example:1883', 0),
      '@+3s\n< +CMQTTCONNLOST: 0,1',
      connect('tcp://mq.plant.example:1883', 0),
      '@+5s\n< +CMQTTCONNLOST: 0,1',
    ),
  },
  {
    cause: 'periodic-drop',
    shapes: ['arduino', 'trace'],
    accepted: ['periodic-drop'],
    session: rowsOf(
      live,
      publish(),
      '@+19h\n< +CMQTTCONNLOST: 0,1',
      connect('tcp://mq.plant.example:1883', 0),
      publish(),
      '@+18h\n< +CMQTTCONNLOST: 0,1',
    ),
  },
  {
    cause: 'buffer-small',
    shapes: ['platformio', 'espLog'],
    accepted: ['buffer-small', 'message-incomplete'],
    session: rowsOf(
      live,
      '< +CMQTTRXSTART: 0,9,1880\n< +CMQTTRXTOPIC: 0,9\n< plant/cfg\n< +CMQTTRXPAYLOAD: 0,1500\n< {"rules":[{"id":1,"on":"06:00","off":"20:15"},\n# Guru Meditation Error: Core 1 panic\'ed (LoadProhibited)\n# rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
    ),
  },
  {
    cause: 'urc-as-reply',
    shapes: ['arduino', 'python'],
    accepted: ['urc-as-reply'],
    session:
      '> AT\n< OK\n> AT+CSQ\n< SMS DONE\n# unexpected response "SMS DONE"\n< +CSQ: 18,99\n< OK\n> AT+CPIN?\n< +CPIN: READY\n< OK',
  },
  {
    cause: 'data-elsewhere',
    shapes: ['arduino', 'blocks'],
    accepted: ['data-elsewhere'],
    session: rowsOf(
      live.replace(/\n> AT\+CMQTTCONNECT/, '\n> AT+CMQTTCONNECT'),
      '> AT+CMQTTTOPIC=0,11\n< >\n@+12s\n> AT+CMQTTPAYLOAD=0,4\n@+12s\n> AT+CMQTTPUB=0,1,60\n@+12s\n> AT',
    ),
  },
  {
    cause: 'length-mismatch',
    shapes: ['arduino', 'python'],
    accepted: ['length-mismatch'],
    session: rowsOf(live, '> AT+CMQTTTOPIC=0,12\n< >\n>> plant/hum/2\n@+10s\n> AT+CMQTTPAYLOAD=0,4\n@+10s\n> AT'),
  },
  {
    cause: 'quotes',
    shapes: ['plain', 'sketch'],
    accepted: ['quotes'],
    session: rowsOf(onLine, started, '> AT+CMQTTACCQ=0,\xe2\x80\x9csensor-0417\xe2\x80\x9d,0\n< ERROR'),
  },
  {
    cause: 'typo',
    shapes: ['plain', 'arduino'],
    accepted: ['typo'],
    session: rowsOf(onLine, '> AT+CMQTSTART\n< ERROR\n> AT+CMQTSTART\n< ERROR'),
  },
  {
    cause: 'args',
    shapes: ['platformio', 'localised'],
    accepted: ['args'],
    session: rowsOf(
      simBoot,
      onLine,
      started,
      plainClient,
      '> AT+CMQTTCONNECT=0,"tcp://mq.plant.example:1883",0,1\n< ERROR',
    ),
    also: ['order'],
  },
  {
    cause: 'args',
    shapes: ['arduino', 'espLog'],
    accepted: ['args'],
    session: rowsOf(live, '> AT+CMQTTSUB=0,"plant/cmd",5\n< ERROR\n> AT+CMQTTPUB=0,4,60\n< ERROR'),
    also: ['order'],
  },
  {
    cause: 'order',
    shapes: ['arduino', 'python'],
    accepted: ['order'],
    session: rowsOf(
      simBoot,
      onLine,
      '> AT+CMQTTACCQ=0,"sensor-0417",0\n< ERROR\n> AT+CMQTTCONNECT=0,"tcp://mq.plant.example:1883",60,1\n< ERROR',
    ),
  },
  {
    cause: 'login',
    shapes: ['espLog', 'blocks'],
    accepted: ['login'],
    session: rowsOf(
      onLine,
      started,
      plainClient,
      connect('tcp://mq.plant.example:1883', 30, '2s', ',"plant","secret"'),
    ),
  },
  {
    cause: 'unreachable',
    shapes: ['arduino', 'modemManager'],
    accepted: ['unreachable'],
    session: rowsOf(
      onLine,
      withAddress,
      started,
      plainClient,
      connect('tcp://mq.plant.example:2883', 3, '21s'),
      connect('tcp://mq.plant.example:2883', 3, '21s'),
    ),
  },
  {
    cause: 'server silent',
    shapes: ['trace', 'espLog'],
    accepted: ['server-silent'],
    session: rowsOf(onLine, started, plainClient, connect('tcp://mq.plant.example:22', 17, '60s')),
  },
  {
    cause: 'late result',
    shapes: ['arduino', 'python'],
    accepted: ['connect-late'],
    session: rowsOf(
      onLine,
      started,
      tlsClient,
      '> AT+CMQTTCONNECT=0,"tcp://mq.plant.example:8883",60,1\n< OK\n@+15s\n# mqtt connect timeout, restarting state machine\n@+12s\n< +CMQTTCONNECT: 0,0',
    ),
  },
]
