import { clues, never, result, sent } from './clues.ts'
import { type CauseRule, rule } from './rule.ts'

const connect = '+CMQTTCONNECT'
const setting = (key: string, value: string) =>
  sent('+CSSLCFG', ({ args, ending }) => args[0]?.toLowerCase() === key && args[2] === value && ending === 'ok')

export const tlsRules: readonly CauseRule[] = [
  rule({
    id: 'tls-sni',
    title: 'The server needs the host name in the TLS handshake (SNI), and the module does not send it',
    rung: 'tls',
    severity: 'error',
    confidence: 0.5,
    needs: clues(result(connect, [15, 26, 32])),
    forbids: [never(setting('enablesni', '1'), 'before')],
    because: 'The TLS connection fails, and enableSNI of the SSL context was never set to 1.',
    do: ['AT+CSSLCFG="enableSNI",0,1 for the SSL context of this client, before AT+CMQTTCONNECT.'],
    ask: ['AT+CSSLCFG=0', 'AT+CMQTTSSLCFG?'],
    sources: ['gasagna/A76XX#14'],
    examples: [],
    nearMisses: [],
  }),
]
