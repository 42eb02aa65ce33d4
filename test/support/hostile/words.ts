import { bytesOf } from '../../../src/at/syntax/bytes.ts'

/** What a module says, and what none should. */
export const words: readonly Uint8Array[] = [
  '\r\nOK\r\n',
  '\r\nERROR\r\n',
  '\r\n>\r\n',
  '\r\n> ',
  '>',
  '>>>>>>>>\r\n>\r\n>',
  '\r\n+CMEE: 1\r\n\r\nOK\r\n',
  '\r\n+CPIN: READY\r\n\r\nOK\r\n',
  '\r\n+CEREG: 0,1\r\n\r\nOK\r\n',
  '\r\n+CSQ: 4294967296,-1\r\n\r\nOK\r\n',
  '\r\n+CME ERROR: 4294967296\r\n',
  '\r\n+CMS ERROR: \r\n',
  '\r\nOK\r\n\r\n+CMQTTSTART: 0\r\n',
  '\r\n+CMQTTSTART: 0\r\n\r\nOK\r\n',
  '\r\nOK\r\n\r\n+CMQTTCONNECT: 0,0\r\n',
  '\r\n+CMQTTCONNECT: 1,0\r\n',
  '\r\nOK\r\n\r\n+CMQTTSUB: 0,0\r\n',
  '\r\nOK\r\n\r\n+CMQTTPUB: 0,0\r\n',
  '\r\nOK\r\n\r\n+CMQTTPUB: 0,999\r\n',
  '\r\n+CMQTTPUB: 0,4294967295\r\n\r\nERROR\r\n',
  '\r\n+CMQTTPUB: 0,11\r\n+CMQTTPUB: 0,11\r\n+CMQTTPUB: 0,11\r\n\r\nERROR\r\n',
  '\r\n+CMQTTRXSTART: 0,1024,4294967295\r\n',
  '\r\n+CMQTTRXSTART: 4294967295,4294967295,4294967295\r\n',
  '\r\n+CMQTTRXSTART: 0,3,10240\r\n+CMQTTRXTOPIC: 0,3\r\n',
  '\r\n+CMQTTRXSTART: 1,3,5\r\n+CMQTTRXTOPIC: 1,3\r\na/b\r\n+CMQTTRXPAYLOAD: 1,9\r\n',
  '\r\n+CMQTTRXSTART: 0,1,0\r\n+CMQTTRXTOPIC: 0,1\r\nt\r\n+CMQTTRXEND: 0\r\n',
  '+CMQTTRXTOPIC: 0,0\r\n+CMQTTRXPAYLOAD: 0,0\r\n',
  '\r\n+CMQTTRXPAYLOAD: 0,65536\r\n',
  '\r\n+CMQTTRXPAYLOAD: 0,4294967295\r\n',
  '+CMQTTRXEND: 0\r\n',
  '+CMQTTRXEND: 9999999999\r\n',
  '\r\n+CMQTTCONNLOST: 0,1\r\n',
  '\r\n+CMQTTNONET\r\n',
  '\r\n+CMQTTSUB:\r\na/b\r\n\r\nOK\r\n',
  '\r\n+CCERTLIST: "a.pem"\r\n\r\nOK\r\n',
  '\r\nQCRDY\r\n',
  '\r\n*ATREADY: 1\r\n',
  '\r\n\r\n\r\n\r\n',
  '\r\r\r\r',
  '\n',
  ' ',
  '\x00\x00\x00',
  '\xff\xfe\x80',
].map(bytesOf)

/** The same without measure. */
export const floods: readonly Uint8Array[] = [
  'x'.repeat(9000),
  '+'.repeat(9000),
  `\r\n+CMQTTRXTOPIC: ${'9'.repeat(9000)}`,
  'row\r\n'.repeat(3000),
  '\r\n'.repeat(3000),
  'y'.repeat(70_000),
].map(bytesOf)

/** Numbers that announce a length, in place of the right one. */
export const lies: readonly string[] = ['0', '1', '9', '255', '1500', '10240', '65535', '65536', '4294967295', '-1', '']
