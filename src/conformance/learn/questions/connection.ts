import { textOf } from '../../../at/syntax/bytes.ts'
import { type Interview, Unanswered } from '../interview.ts'
import type { LearnQuestion } from '../question.ts'

const topic = 'atmqtt/learn'
const receiveMs = 15_000

/** With a broker: a client that is connected, and messages that it sends to itself. */
export const connectionQuestions: readonly LearnQuestion[] = [
  {
    id: 'connect-when-connected',
    title: 'CONNECT over a live session, REL and CFG of it',
    shows: ['state-8', 'state-11', 'state-12', 'state-14', 'prof-17'],
    needs: ['broker'],
    state: 'connected',
    async ask(interview) {
      const again = await interview.result(`AT+CMQTTCONNECT=0,"tcp://${interview.permissions.broker}",60,1`)
      if (again.final === 'ERROR' && again.code !== undefined) interview.found('mqtt.connectWhenConnected', again.code)
      await interview.ask('AT+CMQTTREL=0')
      const config = await interview.ask('AT+CMQTTCFG="checkUTF8",0,1')
      if (config.final === 'ERROR') interview.found('mqtt.configRefusalHasCode', config.code !== undefined)
      await interview.ask('AT+CMQTTSSLCFG=0,5')
    },
  },
  {
    id: 'nothing-input',
    title: 'PUB without a topic, the short forms of SUB and UNSUB without one',
    shows: ['state-21', 'prof-4', 'prof-21', '2.2.13-r11'],
    needs: ['broker'],
    state: 'connected',
    async ask(interview) {
      await interview.result('AT+CMQTTPUB=0,0,60')
      const { final } = await interview.result('AT+CMQTTSUB=0')
      interview.found('mqtt.emptyShortForm', final === 'OK' ? 'ok' : 'refuse')
      await interview.result('AT+CMQTTUNSUB=0,0')
      const quoted = await interview.result(`AT+CMQTTSUB=0,"${topic}",0`)
      if (interview.traits.get('mqtt.quotedTopics') !== 'argtopic' && quoted.final === 'ERROR')
        interview.found('mqtt.quotedTopics', quoted.code === 12 ? 'refused' : 'none')
    },
  },
  {
    id: 'messages',
    title: 'Messages to itself: short, empty, in two parts, bytes',
    shows: ['line-35', 'line-40', 'recv-6', 'state-22', 'pub-18', 'pub-7'],
    needs: ['broker'],
    unordered: true,
    state: 'connected',
    async ask(interview) {
      await interview.ask('AT+CMQTTSUB?')
      const filter = `AT+CMQTTSUB=0,${topic.length},1`
      if ((await interview.prompt(filter)) !== undefined) return
      await interview.data(topic, filter)
      await interview.more(filter, (heard) => /\+CMQTTSUB: 0,\d+\r\n/.test(heard))
      for (const payload of ['hello', '', 'x'.repeat(1501), textOf(Uint8Array.of(0, 13, 10, 26, 255))])
        await publish(interview, payload)
      const gone = `AT+CMQTTUNSUB=0,${topic.length},0`
      if ((await interview.prompt(gone)) !== undefined) return
      await interview.data(topic, gone)
      await interview.more(gone, (heard) => /\+CMQTTUNSUB: 0,\d+\r\n/.test(heard))
    },
  },
  {
    id: 'disconnect',
    title: 'DISC, and what it clears',
    shows: ['conn-31', 'conn-32', 'life-12'],
    needs: ['broker'],
    state: 'connected',
    leaves: 'unknown',
    async ask(interview) {
      await interview.result('AT+CMQTTDISC=0')
      await interview.ask('AT+CMQTTSUB?')
      await interview.ask('AT+CMQTTDISC?')
      await interview.ask('AT+CMQTTREL=0')
    },
  },
  {
    id: 'tls-to-plain-port',
    title: 'TLS to the plain port of the broker',
    shows: ['prof-72', 'tls-30'],
    needs: ['broker'],
    state: 'acquiredTls',
    async ask(interview) {
      const { broker } = interview.permissions
      if (!interview.reachesBroker) throw new Unanswered(`the module does not reach the broker ${broker}`)
      const { code } = await interview.result(`AT+CMQTTCONNECT=0,"tcp://${broker}",60,1`, 60_000)
      if (code) interview.found('mqtt.tlsClosedError', code)
    },
  },
]

/** One QoS 1 message to itself, and what comes back. */
async function publish(interview: Interview, payload: string): Promise<void> {
  const into = `AT+CMQTTTOPIC=0,${topic.length}`
  if ((await interview.prompt(into)) !== undefined) return
  await interview.data(topic, into)
  const bytes = `AT+CMQTTPAYLOAD=0,${payload.length}`
  if (payload !== '' && (await interview.prompt(bytes)) === undefined) await interview.data(payload, bytes)
  const command = 'AT+CMQTTPUB=0,1,60'
  const { final } = await interview.ask(command)
  if (final !== 'OK') return
  const isThere = (heard: string) =>
    /\+CMQTTPUB: 0,\d+\r\n/.test(heard) && /\+CMQTTRXEND: 0\r\n|\+CMQTTRECV: /.test(heard)
  await interview.more(command, isThere, receiveMs)
}
