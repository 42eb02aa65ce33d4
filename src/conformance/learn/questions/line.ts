import type { Interview } from '../interview.ts'
import type { LearnQuestion } from '../question.ts'

/** Results as numbers end with CR alone. */
const isNumericOrWords = (heard: string): boolean => /(^|[\r\n])([04]\r|(OK|ERROR)\r\n)$/.test(heard)

/** The serial line, and settings that are kept. */
export const lineQuestions: readonly LearnQuestion[] = [
  {
    id: 'numeric-results',
    title: 'Whether results can be numbers',
    state: 'any',
    changes: 'ATV0, back to words at once',
    async ask(interview) {
      interview.takeBackWith('ATV1')
      const heard = await interview.raw('ATV0\r', isNumericOrWords)
      interview.found('general.hasNumericResults', /[\r\n]0\r$/.test(heard) || /^0\r$/.test(heard))
      await interview.ask('ATV1')
    },
  },
  {
    id: 'unknown-command',
    title: 'A command that nobody has, a value out of range',
    shows: ['line-60', 'state-27'],
    state: 'any',
    async ask(interview) {
      await interview.ask('AT+ATMQTT')
      await interview.ask('AT+CMEE=9')
      await interview.ask('AT+CMQTTREL=2')
    },
  },
  {
    id: 'joined-commands',
    title: 'Commands joined by ;',
    shows: ['line-32', 'line-43', 'line-44', 'line-47'],
    state: 'any',
    async ask(interview) {
      await interview.ask('AT+CMEE?;+CGATT?')
      await interview.ask('AT+ATMQTT;+CGATT?')
      await interview.ask('AT+CGATT?;')
      await interview.ask('AT;')
      await interview.ask('at+cgatt?')
    },
  },
  {
    id: 'backspace',
    title: 'A backspace in a line',
    shows: ['line-23'],
    state: 'any',
    async ask(interview) {
      await interview.ask('AT+CGATX\bT?')
    },
  },
  {
    id: 'error-words',
    title: 'An error of a PDP context, as a number and in words',
    state: 'any',
    changes: 'AT+CMEE, set back',
    async ask(interview) {
      await setBack(interview, '+CMEE')
      const refused = 'AT+CGCONTRDP=14'
      await interview.ask('AT+CMEE=1')
      const number = /^\+CME ERROR: (\d+)$/.exec((await interview.ask(refused)).final)?.[1]
      await interview.ask('AT+CMEE=2')
      const words = /^\+CME ERROR: (.+)$/.exec((await interview.ask(refused)).final)?.[1]
      if (number && words && words !== number) interview.add('cme', { [number]: words })
    },
  },
]

/** Reads a setting whose read line is its value, so that it is set back afterwards. */
export async function setBack(interview: Interview, name: string): Promise<string | undefined> {
  const row = (await interview.ask(`AT${name}?`)).lines.find((line) => line.startsWith(`${name}: `))
  const value = row?.slice(name.length + 2).split(',')[0]
  if (value !== undefined && /^\d+$/.test(value)) interview.takeBackWith(`AT${name}=${value}`)
  return value
}
