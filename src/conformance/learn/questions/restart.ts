import type { Interview } from '../interview.ts'
import type { LearnQuestion } from '../question.ts'
import { setBack } from './line.ts'

/** Boot lines after which nothing more comes for so long are all. */
const quietMs = 8000
const bootMs = 60_000
const early = { broadly: 60, pollMs: 500 } as const

/** What is learnt from restarts (AT+CRESET), and with the radio switched off. */
export const restartQuestions: readonly LearnQuestion[] = [
  {
    id: 'factory-settings',
    title: 'What AT&F makes of AT+CTZU',
    needs: ['reset'],
    changes: 'settings that are not stored, until the restart that follows; AT+CTZU, set back',
    state: 'any',
    async ask(interview) {
      await setBack(interview, '+CTZU')
      await interview.ask('AT&F')
      await interview.ask('ATE0')
      const value = /^\+CTZU: ([0-3])$/.exec((await interview.ask('AT+CTZU?')).lines[0] ?? '')
      if (value) interview.found('general.zoneUpdate.factory', Number(value[1]))
    },
  },
  {
    id: 'boot-lines',
    title: 'The lines of a restart',
    needs: ['reset'],
    changes: 'the module restarts',
    state: 'any',
    leaves: 'unknown',
    async ask(interview) {
      interview.found('restartBoot', await restarted(interview))
      await interview.ask('ATE0')
      const reports = (await interview.ask('AT+CMEE?')).lines[0]?.slice(-1)
      if (reports && /[012]/.test(reports)) interview.found('errorReports', Number(reports))
    },
  },
  {
    id: 'start-early',
    title: 'START right behind a restart, and before the last boot line',
    shows: ['state-3', 'prof-73', 'prof-76'],
    needs: ['reset'],
    changes: 'the module restarts',
    state: 'any',
    leaves: 'unknown',
    async ask(interview) {
      await interview.ask('AT+CRESET')
      await interview.more('AT+CRESET', (heard) => bootLinesIn(heard).length > 0, bootMs)
      await interview.ask('ATE0')
      const clock = /"(\d\d)\/(\d\d)\/(\d\d),/.exec((await interview.ask('AT+CCLK?')).lines[0] ?? '')
      if (clock && Number(clock[1]) !== 0) foundUnsetClock(interview, clock)
      const first = await interview.result('AT+CMQTTSTART')
      if (first.code) interview.found('mqtt.startTooEarly', first.code)
      if (first.code === 0) return
      await whenRegistered(interview)
      const second = await interview.result('AT+CMQTTSTART')
      if (second.code === 0) interview.found('mqtt.startNeeds', 'registration')
      else if (second.code !== undefined) interview.found('mqtt.startNeeds', 'address')
      await interview.more('AT+CMQTTSTART', (heard) => heard.includes('PB DONE'), quietMs).catch(() => {})
    },
  },
  {
    id: 'radio-off',
    title: 'What is said when the radio is switched off, and NETOPEN then',
    shows: ['prof-73'],
    needs: ['reset'],
    changes: 'the radio is off for some seconds',
    state: 'stopped',
    leaves: 'unknown',
    async ask(interview) {
      interview.takeBackWith('AT+CFUN=1')
      await interview.ask('AT+CFUN=0')
      const heard = await interview
        .more('AT+CFUN=0', (text) => /SIMCARD|NOT AVAILABLE/.test(text), 2000)
        .catch(() => '')
      const gone = /\r\n(\+SIMCARD: [^\r]*)\r\n/.exec(heard)?.[1]
      interview.found('general.simUnavailable', gone ?? null)
      const opened = await interview.ask('AT+NETOPEN')
      interview.found('general.openFailure', opened.final === 'OK' ? 'deferred' : 'error')
      if (opened.final === 'OK') await interview.more('AT+NETOPEN', (text) => /\+NETOPEN: \d+\r\n/.test(text))
      const start = await interview.result('AT+CMQTTSTART')
      if (start.code) interview.found('mqtt.startTooEarly', start.code)
      interview.found('mqtt.startsWithoutAddress', start.code === 0)
      await interview.ask('AT+CFUN=1')
      await whenRegistered(interview)
    },
  },
  {
    id: 'active-context',
    title: 'Activating a context that is active, and switching it off',
    needs: ['reset'],
    changes: 'PDP context 1 may be off for a moment',
    state: 'stopped',
    async ask(interview) {
      const again = await interview.ask('AT+CGACT=1,1')
      interview.takeBackWith('AT+CGACT=1,1')
      const { final } = await interview.ask('AT+CGACT=0,1')
      const isLocked = final !== 'OK'
      if (isLocked) interview.found('general.refusesActiveContext', again.final !== 'OK')
      interview.found('general.lockedContexts', (base: readonly number[]) => withOrWithout(base, 1, isLocked))
    },
  },
]

const withOrWithout = (list: readonly number[], one: number, isIn: boolean): readonly number[] =>
  list.includes(one) === isIn ? list : isIn ? [one, ...list] : list.filter((each) => each !== one)

function foundUnsetClock(interview: Interview, [, year, month, day]: readonly string[]): void {
  const century = Number(year) >= 70 ? 19 : 20
  if (Number(`${century}${year}`) < 2020) interview.found('general.unsetClock', `${century}${year}-${month}-${day}`)
}

/** Its boot lines, with the ms from `OK` to each. */
async function restarted(
  interview: Interview,
): Promise<readonly { readonly afterMs: number; readonly text: string }[]> {
  const times = new Map<string, number>()
  await interview.ask('AT+CRESET')
  const began = interview.now()
  let count = 0
  const note = (heard: string): boolean => {
    const lines = bootLinesIn(heard)
    for (const line of lines) if (!times.has(line)) times.set(line, interview.now() - began)
    const isNew = lines.length > count
    count = lines.length
    return isNew
  }
  await interview.more('AT+CRESET', note, bootMs)
  while (
    await interview.more('AT+CRESET', note, quietMs).then(
      () => true,
      () => false,
    )
  ) {}
  return [...times].map(([text, afterMs]) => ({ afterMs: Math.round(afterMs), text }))
}

/** Those behind `OK` of the restart. */
const bootLinesIn = (heard: string): readonly string[] =>
  (heard.split('\r\nOK\r\n')[1] ?? heard)
    .split('\r\n')
    .slice(0, -1)
    .filter((each) => each !== '' && !goingDown.test(each))

/** What is printed before the restart, or whenever. */
const goingDown = /^\+(C|CE|CG)REG|^\+CMQTT|^\+CIPEVENT|^\+CGEV: (NW PDN DEACT|ME PDN DEACT|ME DETACH|NW DETACH)/

async function whenRegistered(interview: Interview): Promise<void> {
  for (let i = 0; i < early.broadly; i++) {
    if ((await interview.look('AT+CEREG?')).lines.some((each) => /^\+CEREG: \d,[15]/.test(each))) return
    await interview.pause(early.pollMs)
  }
}
