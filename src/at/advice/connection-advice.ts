import { type AdviceRows, advice, badTopic, badUtf8, notAcquired } from './rows.ts'

const willWhileConnecting = advice(
  'the client is connecting or disconnecting',
  'wait for that result; a will is input before CONNECT',
)
const connectedAlready = advice(
  'the client is connected already',
  'use the connection as it is, or disconnect first (AT+CMQTTDISC)',
)
const tlsRefused = 'check the CA and the host name in the certificate, enableSNI, authmode and the clock (AT+CCLK?)'
const fileMissing = advice(
  'a file that authmode needs is not named, not in the store, or no certificate or key',
  'compare AT+CCERTLIST with the names in AT+CSSLCFG?; the files are PEM, and the key fits the certificate',
)

/** The will, CONNECT and DISC. */
export const connectionAdvice: AdviceRows<'willTopic' | 'willMessage' | 'connect' | 'disconnect'> = {
  willTopic: { 2: badUtf8, 12: badTopic, 14: willWhileConnecting, 20: notAcquired },
  willMessage: { 14: willWhileConnecting, 20: notAcquired },
  connect: {
    3: advice(
      'no TCP connection: nobody listens at this port, or the server is out of reach',
      'check host and port, and the firewall of the server; private addresses (10., 172.16., 192.168.) are out of reach over the mobile network',
    ),
    6: advice(
      'the server closed the connection instead of accepting it',
      'look at its log: mostly its policy does not allow this client ID',
    ),
    9: advice(
      'the mobile network refuses the data connection of this client',
      'compare the APN with that of the operator (AT+CGDCONT?), then connect again',
    ),
    12: advice(
      'the address of the server does not begin with tcp://, or is no address',
      'write tcp://HOST:PORT, for TLS as well: what makes it TLS is the 1 at the end of AT+CMQTTACCQ',
    ),
    13: connectedAlready,
    14: advice('the client is connecting or disconnecting', 'wait for +CMQTTCONNECT or +CMQTTDISC'),
    15: advice(
      'the connection could not be set up, and the module does not say why; seen where TLS needs the name of the server, and where the policy of the server refuses the client',
      'with TLS set enableSNI to 1 and check CA and port (AT+CSSLCFG); else look at the log of the server for the client ID',
    ),
    17: advice(
      'the server did not answer in time',
      'check that this port speaks MQTT, and TLS only where AT+CMQTTACCQ says so; look at the signal (AT+CSQ)',
    ),
    19: connectedAlready,
    20: notAcquired,
    24: advice(
      'what the server answered is no MQTT',
      'check the port: it must speak plain MQTT, or TLS where AT+CMQTTACCQ says so; not HTTP, not WebSocket',
    ),
    25: advice(
      'the name of the server was not found',
      'check its spelling, and try AT+CDNSGIP="HOST"; where no name is found, check the APN and its DNS',
    ),
    26: advice(
      'the server closed the connection before it accepted it',
      'check the port, and whether it wants TLS; then the log of the server: client ID, login, MQTT version',
    ),
    27: {
      sim7600: advice(
        'the server does not take this version of MQTT; the default is 3.1',
        'give 4, which is 3.1.1, as the fourth parameter of AT+CMQTTACCQ',
      ),
      others: advice(
        'the server does not take this version of MQTT; the default is 3.1',
        'set 3.1.1 before CONNECT: AT+CMQTTCFG="version",0,4',
      ),
    },
    28: advice(
      'the server does not take this client ID',
      'use another one; many servers allow letters and digits only, and each ID once',
    ),
    29: advice('the server is there and can not serve just now', 'try again later; look at its log'),
    30: advice('user name or password is wrong, or missing', 'check both; they end AT+CMQTTCONNECT, each in quotes'),
    31: advice(
      'the server does not allow this client to connect',
      'check user name, password and client ID, and its access rules',
    ),
    32: {
      a76xx: advice(
        'the TLS handshake failed: the certificate of the server did not pass, or no version or cipher suits both',
        `${tlsRefused}; some of these modules take no chain over 4.5 KB`,
      ),
      others: advice(
        'the TLS handshake failed: the certificate of the server did not pass, no version or cipher suits both, or the port speaks no TLS',
        `${tlsRefused}, and that the port speaks TLS`,
      ),
    },
    33: fileMissing,
    34: {
      a76xx: advice(
        'at once: a file that authmode needs is missing or can not be loaded; after a while: the port speaks no TLS',
        'compare AT+CCERTLIST with AT+CSSLCFG?; PEM with LF, valid to 2049 at most; and check the port',
      ),
      others: advice(
        'the TLS session could not be opened',
        'compare AT+CCERTLIST with the names in AT+CSSLCFG?, and check that the port speaks TLS',
      ),
    },
    ERROR: advice(
      'the MQTT service is not started, or a value is out of its range',
      'send AT+CMQTTSTART and AT+CMQTTACCQ first; the address is "tcp://HOST:PORT", the keep-alive 1 to 64800 s',
    ),
  },
  disconnect: {
    11: advice('the client is not connected', 'nothing has to be disconnected: release it, or connect again'),
    14: advice('the client is connecting or disconnecting', 'wait for +CMQTTCONNECT or +CMQTTDISC'),
    20: advice('the client is not acquired', 'nothing has to be disconnected: go on'),
    35: advice(
      'its last bytes did not leave in time; the client counts as disconnected all the same',
      'release it, or connect again',
    ),
  },
}
