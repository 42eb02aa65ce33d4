import { type AdviceRows, advice, badFilter, badTopic, badUtf8, busy, notAcquired, notConnected } from './rows.ts'

const inQuotes = 'or the topic stands in quotes, which this firmware refuses'
const filterQuoted = advice(
  `${badFilter.meaning}, ${inQuotes}`,
  `${badFilter.remedy}; give the length, and the filter behind the prompt`,
)
const connectionEnded = 'the connection ended before the server had answered'

/** Publishing and subscribing. */
export const messageAdvice: AdviceRows<'topic' | 'payload' | 'publish' | 'subscribe' | 'unsubscribe'> = {
  topic: { 2: badUtf8, 11: notConnected, 12: badTopic, 14: busy, 20: notAcquired },
  payload: { 11: notConnected, 14: busy, 20: notAcquired },
  publish: {
    2: badUtf8,
    6: advice(
      `${connectionEnded}: the message may have arrived`,
      'connect again, and decide whether to send it a second time; where it is always the same topic, the policy of the server forbids it',
    ),
    11: notConnected,
    12: {
      sim7600: advice(`${badTopic.meaning}, ${inQuotes}`, 'input the topic with AT+CMQTTTOPIC, without wildcards'),
      others: badTopic,
    },
    14: busy,
    16: advice(
      'the bytes could not be sent: the connection is broken, and the message may have arrived',
      'connect again, and decide whether to send it a second time',
    ),
    17: advice(
      'the server did not acknowledge within pub_timeout: the message may have arrived',
      'decide whether to send it a second time; look at the signal (AT+CSQ), and give more time',
    ),
    18: advice('no topic was input since the last PUB', 'input one for each PUB (AT+CMQTTTOPIC)'),
    20: notAcquired,
  },
  subscribe: {
    1: advice(
      'the server refused the subscription',
      'check at the server whether this client may read this topic; its log names the rule',
    ),
    2: badUtf8,
    6: advice(
      `${connectionEnded}: the subscription is not known to be made`,
      'connect and subscribe again; where it is always the same filter, the policy of the server forbids it',
    ),
    11: notConnected,
    12: { sim7600: filterQuoted, others: badFilter },
    14: advice(
      'an earlier command of this client has no result yet, or a message is just coming in',
      'wait for that result, or for +CMQTTRXEND, then send this again',
    ),
    17: advice(
      'the server did not answer within optimeout; the connection stays',
      'subscribe again; look at the signal (AT+CSQ)',
    ),
    18: advice(
      'the short form found no topic',
      'give length and QoS and, behind the prompt, the filter; or input it first (AT+CMQTTSUBTOPIC), where the firmware has that',
    ),
    20: notAcquired,
  },
  unsubscribe: {
    2: badUtf8,
    6: advice(
      `${connectionEnded}: the subscription may still be there`,
      'connect again, and unsubscribe again where clean_session is 0',
    ),
    11: notConnected,
    12: { sim7600: filterQuoted, others: badFilter },
    14: busy,
    17: advice(
      'the server did not answer within optimeout; the connection stays',
      'unsubscribe again; look at the signal (AT+CSQ)',
    ),
    18: advice(
      'the short form found no topic',
      'give the length and, behind the prompt, the filter; or input it first (AT+CMQTTUNSUBTOPIC), where the firmware has that',
    ),
    20: notAcquired,
  },
}
