import type { Interview, QuestionAnswer } from '../interview.ts'
import type { LearnQuestion } from '../question.ts'

/** A refusal by state: its code, or null for a bare ERROR; undefined: it was no refusal. */
const refusal = ({ final, code }: QuestionAnswer): number | null | undefined =>
  final === 'ERROR' ? (code ?? null) : undefined

function foundRefusal(interview: Interview, path: string, answer: QuestionAnswer): void {
  const code = refusal(answer)
  if (code !== undefined) interview.found(path, code)
}

/** The code of a refusal that has one. */
function foundCode(interview: Interview, path: string, answer: QuestionAnswer): void {
  const code = refusal(answer)
  if (typeof code === 'number') interview.found(path, code)
}

const ends = 'the service is stopped in the end'

/** START, STOP, ACCQ, REL, DISC and what they refuse, without a server. */
export const serviceQuestions: readonly LearnQuestion[] = [
  {
    id: 'stopped',
    title: 'STOP, DISC, REL and read forms while the service is stopped',
    shows: ['state-1', 'prof-9', '2.2.1-r8', 'order-1'],
    state: 'stopped',
    async ask(interview) {
      foundRefusal(interview, 'mqtt.stopWhenStopped', await interview.ask('AT+CMQTTSTOP'))
      await interview.ask('AT+CMQTTREL=0')
      await interview.ask('AT+CMQTTDISC=0,60')
      await interview.ask('AT+CMQTTSTART?')
      await interview.ask('AT+CMQTTDISC?')
      const { final } = await interview.ask('AT+CMQTTACCQ?')
      interview.found('mqtt.readsBeforeStart', final === 'OK' ? 'list' : 'error')
    },
  },
  {
    id: 'start',
    title: 'START',
    shows: ['line-33', 'prof-10'],
    changes: `the MQTT service: ${ends}`,
    state: 'stopped',
    leaves: 'unknown',
    async ask(interview) {
      const { code, codeFirst } = await interview.result('AT+CMQTTSTART')
      if (code === 0) interview.found('mqtt.startResultFirst', codeFirst)
    },
  },
  {
    id: 'start-when-started',
    title: 'START when it is started already',
    shows: ['state-2', 'prof-8', '2.2.1-r8'],
    state: 'started',
    async ask(interview) {
      foundRefusal(interview, 'mqtt.startWhenStarted', await interview.result('AT+CMQTTSTART'))
      await interview.ask('AT+CMQTTSTART?')
    },
  },
  {
    id: 'not-acquired',
    title: 'What a client that is not acquired refuses',
    shows: ['state-7', 'state-9', 'state-11', 'state-15', 'order-3', 'order-8', 'life-18'],
    state: 'started',
    async ask(interview) {
      const released = await interview.ask('AT+CMQTTREL=0')
      interview.found('mqtt.releaseWhenFree', released.final === 'OK' ? 'ok' : 'refuse')
      const config = await interview.ask('AT+CMQTTCFG="checkUTF8",0,1')
      if (config.final === 'ERROR') interview.found('mqtt.configRefusalHasCode', config.code !== undefined)
      await interview.ask('AT+CMQTTDISC=0,60')
      await interview.ask('AT+CMQTTCONNECT=0,"tcp://127.0.0.1:1",60,1')
      for (const refused of ['TOPIC=0,1', 'PAYLOAD=0,1', 'WILLTOPIC=0,1', 'SUB=0,1,0', 'UNSUB=0,1,0'])
        await promptOrAnswer(interview, `AT+CMQTT${refused}`)
      await interview.result('AT+CMQTTPUB=0,0,60')
      for (const read of ['ACCQ?', 'DISC?', 'CONNECT?', 'SSLCFG?', 'CFG?', 'REL?', 'SUB?'])
        await interview.ask(`AT+CMQTT${read}`)
    },
  },
  {
    id: 'acquired',
    title: 'ACCQ of a client that is acquired, STOP while one is',
    shows: ['state-5', 'state-6'],
    state: 'acquired',
    leaves: 'unknown',
    async ask(interview) {
      await interview.ask('AT+CMQTTACCQ=0,"atmqtt-learn"')
      foundCode(interview, 'mqtt.stopWhileHeld', await interview.result('AT+CMQTTSTOP'))
    },
  },
  {
    id: 'prompt',
    title: 'The prompt, and its data while echo is on',
    shows: ['prof-1', 'prof-2', 'line-64'],
    changes: 'the topic of the will of client 0, until it is released',
    state: 'acquired',
    async ask(interview) {
      interview.takeBackWith('ATE0')
      await interview.ask('ATE1')
      const command = 'AT+CMQTTWILLTOPIC=0,5'
      const heard = await interview.raw(`${command}\r`, (text) => /\r\n>(\r\n| )?$|ERROR\r\n$/.test(text))
      const all = await settled(interview, command, heard)
      const prompt = /\r\n>(?:\r\n| )?$/.exec(all)?.[0]
      if (prompt === undefined) return
      interview.found('prompt', prompt)
      const answered = await interview.raw('learn', (text) => /(OK|ERROR)\r\n$/.test(text))
      interview.found('echoesData', answered.startsWith('learn'))
      await interview.raw('\r\nAT\r', (text) => /OK\r\n$/.test(text))
    },
  },
  {
    id: 'not-connected',
    title: 'What a client that is not connected refuses',
    shows: ['state-15', 'state-17', 'state-18', 'prof-13', 'order-5', 'conn-8', 'conn-10'],
    changes: 'topic and payload of client 0, until it is released',
    state: 'acquired',
    async ask(interview) {
      await interview.ask('AT+CMQTTDISC=0,60')
      const refused = await interview.result('AT+CMQTTPUB=0,0,60')
      const topic = await promptOrAnswer(interview, 'AT+CMQTTTOPIC=0,1')
      if (topic?.code === 11) interview.found('mqtt.stagingNeeds', 'connection')
      else if (refused.final === 'ERROR' && topic === undefined) interview.found('mqtt.stagingNeeds', 'client')
      await promptOrAnswer(interview, 'AT+CMQTTSUB=0,1,0')
      const foreign = await interview.result('AT+CMQTTCONNECT=0,"ssl://atmqtt.invalid",60,1')
      foundRefusal(interview, 'mqtt.addressWithoutTcp', foreign)
      for (const address of ['tcp://', 'tcp://:1883', 'tcp://atmqtt.invalid:0', 'tcp://atmqtt.invalid:1883/a'])
        await interview.result(`AT+CMQTTCONNECT=0,"${address}",60,1`)
    },
  },
  {
    id: 'bad-topics',
    title: 'Topics that are no UTF-8, or hold a wildcard',
    shows: ['state-23', 'state-24', 'state-25', 'order-7'],
    changes: 'nothing: they are refused',
    state: 'acquired',
    async ask(interview) {
      for (const topic of ['\xc0\x80', 'a\0', 'a/#', '+/a']) {
        const command = `AT+CMQTTWILLTOPIC=0,${topic.length}`
        if ((await interview.prompt(command)) === undefined) await interview.data(topic, command)
      }
    },
  },
  {
    id: 'connect-fails',
    title: 'A CONNECT that is accepted and fails',
    shows: ['conn-12', 'prof-11', 'life-15'],
    state: 'acquired',
    async ask(interview) {
      const { final, codeFirst, code } = await interview.result('AT+CMQTTCONNECT=0,"tcp://127.0.0.1:1",60,1')
      if (code !== undefined && code !== 0)
        interview.found('mqtt.connectFailure', final === 'ERROR' && codeFirst ? 'withheld' : 'deferred')
    },
  },
  {
    id: 'name-not-found',
    title: 'A CONNECT to a name that is not there',
    shows: ['conn-11'],
    state: 'acquired',
    async ask(interview) {
      await interview.result('AT+CMQTTCONNECT=0,"tcp://atmqtt.invalid:1883",60,1')
    },
  },
  {
    id: 'release',
    title: 'REL, and what it clears',
    shows: ['life-9', 'life-11'],
    state: 'acquired',
    leaves: 'unknown',
    async ask(interview) {
      await interview.ask('AT+CMQTTSSLCFG=0,5')
      await interview.ask('AT+CMQTTCFG="optimeout",0,60')
      await interview.ask('AT+CMQTTREL=0')
      await interview.ask('AT+CMQTTCFG?')
      await interview.ask('AT+CMQTTSSLCFG?')
    },
  },
]

/** Undefined: it prompted, and one byte was given. */
export async function promptOrAnswer(interview: Interview, command: string): Promise<QuestionAnswer | undefined> {
  const answer = await interview.prompt(command)
  if (answer === undefined) await interview.data('a', command)
  return answer
}

const settleMs = 200

/** A prompt may have a line end behind it, which comes at once or not at all. */
async function settled(interview: Interview, command: string, heard: string): Promise<string> {
  if (!heard.endsWith('>')) return heard
  try {
    return await interview.more(command, (text) => text.length > heard.length, settleMs)
  } catch {
    return heard
  }
}
