import { connect, onLine, plainClient, rowsOf, started, tlsClient, type WrittenCase, withAddress } from './case.ts'

const context = (...settings: readonly string[]): string =>
  settings.map((setting) => `> AT+CSSLCFG=${setting}\n< OK`).join('\n')
const bound = '> AT+CMQTTSSLCFG=0,0\n< OK'
const upload = '> AT+CCERTDOWN="root.pem",27\n< >\n>> -----BEGIN CERTIFICATE-----\n< OK'
const checked = context('"sslversion",0,4', '"authmode",0,1', '"cacert",0,"root.pem"')

/** TLS and certificates. */
export const tlsCases: readonly WrittenCase[] = [
  {
    cause: 'tls-port',
    shapes: ['arduino', 'espLog'],
    accepted: ['tls-port'],
    session: rowsOf(onLine, withAddress, started, plainClient, connect('tcp://mq.plant.example:8883', 26, '5s')),
  },
  {
    cause: 'tls-port',
    shapes: ['platformio', 'trace'],
    accepted: ['tls-port'],
    session: rowsOf(
      '> AT+CGMM\n< A7670E-FASE\n< OK',
      onLine,
      started,
      tlsClient,
      connect('tcp://mq.plant.example:1883', 34, '2s'),
    ),
  },
  {
    cause: 'tls-sni',
    shapes: ['arduino', 'python', 'mailQuote'],
    accepted: ['tls-sni'],
    session: rowsOf(
      onLine,
      upload,
      checked,
      started,
      tlsClient,
      bound,
      connect('tcp://9f3c.s2.eu.hivemq.cloud:8883', 32, '4s'),
    ),
  },
  {
    cause: 'tls-sni',
    shapes: ['espLog', 'arrows'],
    accepted: ['tls-sni'],
    session: rowsOf(
      onLine,
      context('"sslversion",0,4', '"authmode",0,0'),
      started,
      tlsClient,
      bound,
      connect('tcp://mq.plant.example:8883', 15, '4s'),
    ),
  },
  {
    cause: 'tls-ca',
    shapes: ['arduino', 'espLog'],
    accepted: ['tls-ca'],
    also: ['tls-handshake'],
    session: rowsOf(
      onLine,
      '> AT+CCLK?\n< +CCLK: "26/02/11,09:14:02+04"\n< OK',
      upload,
      checked,
      context('"enableSNI",0,1'),
      started,
      tlsClient,
      bound,
      connect('tcp://mq.plant.example:8883', 32, '3s'),
    ),
  },
  {
    cause: 'tls-file',
    shapes: ['platformio', 'sscom'],
    accepted: ['tls-file'],
    session: rowsOf(
      onLine,
      '> AT+CCERTLIST\n< +CCERTLIST: "rootca.pem"\n< OK',
      checked,
      context('"enableSNI",0,1'),
      started,
      tlsClient,
      bound,
      connect('tcp://mq.plant.example:8883', 33, '1s'),
    ),
  },
  {
    cause: 'tls-pem',
    shapes: ['arduino', 'python'],
    accepted: ['tls-pem'],
    session: rowsOf(
      '> AT+CGMM\n< A7670SA-FASE\n< OK',
      onLine,
      upload,
      checked,
      context('"enableSNI",0,1'),
      started,
      tlsClient,
      bound,
      connect('tcp://mq.plant.example:8883', 34, '200ms'),
    ),
  },
  {
    cause: 'tls-chain-big',
    shapes: ['arduino', 'espLog'],
    accepted: ['tls-chain-big'],
    also: ['tls-handshake'],
    session: rowsOf(
      '> AT+CGMM\n< A7670C-LASL\n< OK',
      onLine,
      context('"authmode",0,0', '"enableSNI",0,1'),
      started,
      tlsClient,
      bound,
      connect('tcp://mq.plant.example:8883', 32, '4s'),
    ),
  },
  {
    cause: 'tls-clock',
    shapes: ['arduino', 'zephyr'],
    accepted: ['tls-clock'],
    session: rowsOf(
      onLine,
      '> AT+CCLK?\n< +CCLK: "70/01/01,00:01:12+00"\n< OK',
      upload,
      checked,
      context('"ignorelocaltime",0,0', '"enableSNI",0,1'),
      started,
      tlsClient,
      bound,
      connect('tcp://mq.plant.example:8883', 32, '3s'),
    ),
  },
  {
    cause: 'tls-client-missing',
    shapes: ['espLog', 'python'],
    accepted: ['tls-client-missing'],
    session: rowsOf(
      onLine,
      upload,
      checked,
      context('"enableSNI",0,1'),
      started,
      tlsClient,
      bound,
      connect('tcp://a3k9-ats.iot.eu-west-1.amazonaws.com:8883', 26, '4s'),
    ),
  },
  {
    cause: 'ccertdown-length',
    shapes: ['arduino', 'python'],
    accepted: ['ccertdown-length'],
    session: rowsOf(
      onLine,
      '> AT+CCERTDOWN="root.pem",1187\n< >\n>> -----BEGIN CERTIFICATE-----\n@+15s\n> AT+CCERTLIST\n@+9s\n> AT\n@+9s\n> AT',
    ),
  },
  {
    cause: 'ccertdown-firmware',
    shapes: ['arduino', 'sketch'],
    accepted: ['ccertdown-firmware'],
    session: rowsOf(
      '> AT+CGMR\n< +CGMR: 2374B04SIM767XM5A_M\n< OK\n> AT+CGMM\n< SIM7670G-MNGV\n< OK',
      onLine,
      '> AT+CCERTDOWN="root.pem",1187\n< ERROR\n> AT+CCERTDOWN="root.pem",1187\n< ERROR',
    ),
  },
]
