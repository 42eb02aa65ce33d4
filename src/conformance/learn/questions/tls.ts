import { type Interview, Unanswered } from '../interview.ts'
import { certificates } from '../learn-certificates.ts'
import type { LearnQuestion } from '../question.ts'

/** The context that is changed: hosts use 0 and 1. */
const context = 9

/** Each with another value than a module has after a start, and that value. */
const settings = [
  ['sslversion', '3'],
  ['authmode', '2'],
  ['ignorelocaltime', '0'],
  ['negotiatetime', '123'],
  ['enableSNI', '1'],
  ['ignorecertCN', '1'],
  ['use_tickets', '1'],
  ['ciphersuites', '0x002F'],
] as const

/** Those that name files can't be cleared again, so they are not set; they stand in this order. */
const fileKeys = ['cacert', 'clientcert', 'clientkey', 'password'] as const

const valuesIn = (line: string | undefined): readonly string[] => (line ?? '').replace(/^\+CSSLCFG: /, '').split(',')

async function row(interview: Interview): Promise<readonly string[]> {
  const { lines } = await interview.ask(`AT+CSSLCFG=${context}`)
  return valuesIn(lines.find((line) => line.startsWith(`+CSSLCFG: ${context},`))).slice(1)
}

/** SSL contexts, and what CONNECT says of certificates. */
export const tlsQuestions: readonly LearnQuestion[] = [
  {
    id: 'ssl-row',
    title: 'The read line of AT+CSSLCFG, value by value',
    shows: ['prof-29', 'prof-30'],
    changes: `settings of SSL context ${context}, each set back at once`,
    state: 'any',
    async ask(interview) {
      const before = await row(interview)
      const places = new Map<number, string>()
      for (const [key, value] of settings) {
        const { final } = await interview.ask(`AT+CSSLCFG="${key}",${context},${value}`)
        if (final !== 'OK') continue
        const at = (await row(interview)).findIndex((each, i) => each !== before[i])
        if (at >= 0) places.set(at, key)
        const old = at < 0 ? undefined : before[at]
        if (old === undefined) continue
        const back = key === 'ciphersuites' && /^0(x0+)?$/.test(old) ? '0x0000' : old
        await interview.ask(`AT+CSSLCFG="${key}",${context},${back}`)
      }
      const suites = [...places].find(([, key]) => key === 'ciphersuites')
      if (suites && /^(0|0x0)$/.test(before[suites[0]]!)) interview.found('tls.unsetSuites', before[suites[0]])
      const named = withFiles(places, before)
      if (named) interview.found('tls.row', named)
    },
  },
  {
    id: 'certificate-missing',
    title: 'CONNECT over TLS with a CA file that is not there',
    shows: ['prof-70', 'tls-25'],
    needs: ['brokerTls', 'certificates', 'reset'],
    changes: `SSL context ${context}, until the restart at the end`,
    state: 'acquiredTls',
    leaves: 'unknown',
    async ask(interview) {
      const code = await connectWith(interview, 'atmqtt-none.pem')
      if (code) interview.found('mqtt.certificateError', code)
    },
  },
  {
    id: 'certificate-wrong',
    title: 'CONNECT over TLS with the CA of somebody else',
    shows: ['prof-12', 'tls-26'],
    needs: ['brokerTls', 'certificates', 'reset'],
    changes: `a file in the store, deleted at once; SSL context ${context}, until the restart at the end`,
    state: 'acquiredTls',
    leaves: 'unknown',
    async ask(interview) {
      const code = await connectWithFile(interview, certificates.plain)
      if (code) interview.found('mqtt.tlsError', code)
    },
  },
  readerQuestion('certificate-crlf', 'A CA file whose lines end with CR LF', 'tls.reader.pemCrLf', 'crLf'),
  readerQuestion('certificate-2060', 'A CA that is valid past 2049', 'tls.reader.generalizedTime', 'late'),
]

/** Refused: another code than that of a CA which is only the wrong one. */
function readerQuestion(id: string, title: string, path: string, file: keyof typeof certificates): LearnQuestion {
  return {
    id,
    title,
    shows: ['prof-81'],
    needs: ['brokerTls', 'certificates', 'reset'],
    changes: `a file in the store, deleted at once; SSL context ${context}, until the restart at the end`,
    state: 'acquiredTls',
    leaves: 'unknown',
    async ask(interview) {
      const code = await connectWithFile(interview, certificates[file])
      const [wrong, unread] = [interview.traits.get('mqtt.tlsError'), interview.traits.get('mqtt.certificateError')]
      if (code === undefined || wrong === unread) return
      if (code === wrong || code === unread) interview.found(path, code === unread ? 'refused' : 'taken')
    },
  }
}

async function connectWithFile(interview: Interview, pem: string): Promise<number | undefined> {
  const name = 'atmqtt-learn.pem'
  interview.takeBackWith(`AT+CCERTDELE="${name}"`)
  const command = `AT+CCERTDOWN="${name}",${pem.length}`
  if ((await interview.prompt(command)) !== undefined) return undefined
  if ((await interview.data(pem, command)).final !== 'OK') return undefined
  return connectWith(interview, name)
}

async function connectWith(interview: Interview, file: string): Promise<number | undefined> {
  await interview.ask(`AT+CSSLCFG="sslversion",${context},4`)
  await interview.ask(`AT+CSSLCFG="authmode",${context},1`)
  await interview.ask(`AT+CSSLCFG="ignorelocaltime",${context},1`)
  await interview.ask(`AT+CSSLCFG="cacert",${context},"${file}"`)
  await interview.ask(`AT+CMQTTSSLCFG=0,${context}`)
  const { brokerTls } = interview.permissions
  const { code } = await interview.result(`AT+CMQTTCONNECT=0,"tcp://${brokerTls}",60,1`, 60_000)
  if (code !== undefined && unreached.includes(code))
    throw new Unanswered(`the module does not reach the broker ${brokerTls}`)
  return code
}

/** No TCP connection; no address of the name. */
const unreached: readonly number[] = [3, 25]

/** The keys in order; undefined: some place has none that is known. */
function withFiles(places: ReadonlyMap<number, string>, before: readonly string[]): readonly string[] | undefined {
  const files = [...fileKeys]
  const keys = before.map((value, at) => places.get(at) ?? (value.startsWith('"') ? files.shift() : undefined))
  return keys.includes(undefined) || keys.length === 0 ? undefined : (keys as readonly string[])
}
