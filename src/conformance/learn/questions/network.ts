import type { LearnQuestion } from '../question.ts'
import { setBack } from './line.ts'

const valuesOf = (line: string | undefined): readonly string[] => (line ?? '').replace(/^\+\w+: /, '').split(',')

/** Registration, contexts and sockets, as far as asking tells. */
export const networkQuestions: readonly LearnQuestion[] = [
  {
    id: 'registration-lines',
    title: 'What registration lines show',
    state: 'any',
    changes: 'AT+CREG, set back',
    async ask(interview) {
      await setBack(interview, '+CREG')
      await interview.ask('AT+CREG=2')
      const values = valuesOf((await interview.ask('AT+CREG?')).lines.at(-1))
      if (values.length >= 4) interview.found('general.registrationShowsAccess', values.length > 4)
    },
  },
  {
    id: 'serving-cell',
    title: 'How the serving cell is shown',
    state: 'any',
    async ask(interview) {
      const values = valuesOf((await interview.ask('AT+CPSI?')).lines[0])
      if (values[0] === 'LTE' && values.length >= 14)
        interview.found(
          'general.cellUnits',
          values.slice(10, 13).some((value) => value.startsWith('-')) ? 'dBm' : 'index',
        )
    },
  },
  {
    id: 'operator',
    title: 'How the operator is shown',
    state: 'any',
    async ask(interview) {
      const format = valuesOf((await interview.ask('AT+COPS?')).lines[0])[1]
      if (format && /^[012]$/.test(format)) interview.found('general.operatorFormat', Number(format))
    },
  },
  {
    id: 'login',
    title: 'Whether the login of a context is shown',
    state: 'any',
    async ask(interview) {
      const values = valuesOf((await interview.ask('AT+CGAUTH?')).lines[0])
      if (values[1] === '0') interview.found('general.showsLogin', values.length > 2)
    },
  },
  {
    id: 'context-events',
    title: 'Modes of context events',
    state: 'any',
    changes: 'AT+CGEREP, set back',
    async ask(interview) {
      const mode = await setBack(interview, '+CGEREP')
      if (mode && /^[012]$/.test(mode)) interview.found('general.contextEvents', Number(mode))
      const { final } = await interview.ask('AT+CGEREP=2')
      interview.found('general.eventModes', final === 'OK' ? 2 : 1)
    },
  },
  {
    id: 'addresses',
    title: 'Addresses of several contexts',
    state: 'any',
    async ask(interview) {
      interview.found('general.listsAddresses', (await interview.ask('AT+CGPADDR=1,1')).final === 'OK')
    },
  },
  {
    id: 'socket-setting',
    title: 'The context of sockets',
    state: 'any',
    changes: 'the context of sockets, set to 1 as it is delivered',
    async ask(interview) {
      interview.found('general.hasSocketSetting', (await interview.ask('AT+CIPCFG="CID",1')).final === 'OK')
    },
  },
  {
    id: 'zone-update',
    title: 'Whether the network sets the clock',
    state: 'any',
    async ask(interview) {
      const value = valuesOf((await interview.ask('AT+CTZU?')).lines[0])[0]
      if (value && /^[0-3]$/.test(value)) interview.found('general.zoneUpdate.initial', Number(value))
    },
  },
  {
    id: 'read-forms',
    title: 'Read forms that hosts send at start',
    state: 'any',
    async ask(interview) {
      for (const name of ['+CSQ', '+CPIN?', '+CGATT?', '+CGACT?', '+CEREG?', '+CGREG?', '+CFUN?', '+NETOPEN?'])
        await interview.ask(`AT${name}`)
    },
  },
]
