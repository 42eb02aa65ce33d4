import type { Command } from '../../../at/commands/command.ts'
import { commandsOf } from '../../../at/commands/commands-of.ts'
import { harmlessForeignNames } from '../../../at/commands/foreign-commands.ts'
import { unplayable } from '../../../at/commands/general/unplayable.ts'
import { profiles } from '../../../at/profiles/profiles.ts'
import type { Interview, QuestionAnswer } from '../interview.ts'
import type { LearnQuestion } from '../question.ts'

type Read = (lines: readonly string[], interview: Interview) => void

const numbersIn = (text: string | undefined): readonly number[] => (text?.match(/\d+/g) ?? []).map(Number)
/** The parts of `(0-1),(1-128)[,(0-1)]`, brackets and all. */
const groupsOf = (line = ''): readonly string[] => line.match(/\([^)]*\)/g) ?? []
const behind = (line = ''): string => line.replace(/^\+\w+: /, '')

const lastNumber =
  (path: string, group: number): Read =>
  (lines, interview) => {
    const limit = numbersIn(groupsOf(lines[0])[group]).at(-1)
    if (limit !== undefined) interview.found(path, limit)
  }
const range =
  (path: string, group: number): Read =>
  (lines, interview) => {
    const limits = numbersIn(groupsOf(lines[0])[group]).slice(-2)
    if (limits.length === 2) interview.found(path, limits)
  }
const list =
  (path: string): Read =>
  (lines, interview) => {
    const [from, to, ...more] = numbersIn(groupsOf(lines[0])[0])
    const isRange = groupsOf(lines[0])[0]?.includes('-') && more.length === 0
    const values = isRange
      ? Array.from({ length: to! - from! + 1 }, (_, i) => from! + i)
      : numbersIn(groupsOf(lines[0])[0])
    if (values.length > 0) interview.found(path, values)
  }
const text =
  (path: string): Read =>
  (lines, interview) => {
    if (lines.length > 0) interview.found(path, behind(lines[0]))
  }

/** What is learnt from the `=?` line of a command, by its name. */
const readers: Readonly<Record<string, Read>> = {
  '+CGDCONT': (lines, interview) => lines.length > 0 && interview.found('general.contextTest', lines.map(behind)),
  '+CGAUTH': text('general.authTest'),
  '+CGEREP': text('general.eventTest'),
  '+CFUN': lastNumber('general.highestFun', 0),
  '+CPOF': (lines, interview) => interview.found('general.hasPowerOffKinds', lines.length > 0),
  '+CTZU': list('general.zoneModes'),
  '+IPR': list('general.speeds'),
  '+IFC': list('general.flowModes'),
  '+CSOCKSETPN': (lines, interview) => interview.found('general.hasSocketContexts', behind(lines[0]).startsWith('1-n')),
  '+CIPCCFG': (lines, interview) => {
    const values = groupsOf(lines[0]).length
    if (values === 7 || values === 8) interview.found('general.socketOptions', values)
  },
  '+CCERTDOWN': lastNumber('tls.maxCertificateName', 0),
  '+CSSLCFG': (lines, interview) => {
    const names = lines.map((line) => /"(\w+)"/.exec(line)?.[1])
    const later = ['password', 'ignorecertCN', 'use_tickets', 'ciphersuites']
    if (lines.length === 0) return
    interview.found(
      'tls.keys',
      later.filter((key) => names.includes(key)),
    )
    const file = lines.find((line) => line.includes('"cacert"'))
    const limit = numbersIn(groupsOf(file).at(-1)).at(-1)
    if (limit !== undefined) interview.found('tls.maxFileName', limit)
  },
  '+CMQTTPAYLOAD': lastNumber('mqtt.maxPayloadBytes', 1),
  '+CMQTTPUB': range('mqtt.pubTimeout', 2),
  '+CMQTTDISC': (lines, interview) => {
    range('mqtt.discTimeout', 1)(lines, interview)
    interview.found('mqtt.discTestHasBlank', /\(0, /.test(lines[0] ?? ''))
  },
  '+CMQTTACCQ': (lines, interview) => interview.found('mqtt.acquireTakesVersion', groupsOf(lines[0]).length > 3),
  '+CMQTTCONNECT': (lines, interview) =>
    interview.found('mqtt.connectTestShowsLogin', /user_name/.test(lines[0] ?? '')),
  '+CMQTTCFG': (lines, interview) => {
    const line = (key: string) => lines.find((each) => each.includes(`"${key}"`))
    interview.found('mqtt.hasVersionConfig', line('version') !== undefined)
    interview.found('mqtt.contexts', numbersIn(groupsOf(line('cid'))[0]).at(-1) ?? 0)
    if (line('argtopic')) interview.found('mqtt.quotedTopics', 'argtopic')
  },
}

/** Whether a command is there at all is told by its `=?`. */
const presence: Readonly<Record<string, readonly [path: string, value: (there: boolean) => unknown]>> = {
  '+CNMP': ['general.hasNetworkMode', (there) => there],
  '+CGCONTRDP': ['general.hasContextParameters', (there) => there],
  '+CGSOCKCONT': ['general.hasSocketDefinitions', (there) => there],
  '+CGPS': ['general.positioning', (there) => (there ? 'gps' : 'gnss')],
  '+CMQTTSUBTOPIC': ['mqtt.hasTopicInput', (there) => there],
}

/** `AT+COPS=?` looks for networks for minutes. */
const tooLong = new Set(['+COPS'])

const commands = new Map(
  Object.values(profiles)
    .flatMap((profile) => Object.values<Command>(commandsOf(profile)))
    .filter(({ name, test }) => test !== undefined && name.startsWith('+') && !tooLong.has(name))
    .map((command) => [command.name, command] as const),
)

const isMqtt = (name: string): boolean => name.startsWith('+CMQTT')

const testForm = ({ name, title }: Command): LearnQuestion => ({
  id: `test${name.toLowerCase().replace('+', '-')}`,
  title: `AT${name}=?: ${title}`,
  ...(shownBy[name] && { shows: shownBy[name] }),
  state: isMqtt(name) ? 'started' : 'any',
  async ask(interview) {
    const answer = await interview.ask(`AT${name}=?`)
    note(name, answer, interview)
  },
})

const shownBy: Readonly<Record<string, readonly string[]>> = {
  '+CMQTTSTART': ['2.2.1-r7'],
  '+CMQTTSTOP': ['2.2.2-r6'],
  '+CMQTTACCQ': ['prof-15'],
  '+CMQTTDISC': ['prof-19'],
}

function note(name: string, { lines, final }: QuestionAnswer, interview: Interview): void {
  const there = final === 'OK'
  const found = presence[name]
  if (found) interview.found(found[0], found[1](there))
  if (there) readers[name]?.(lines, interview)
}

/** Every `=?` form that a profile of ours has: limits are asked for, not tried. */
export const testFormQuestions: readonly LearnQuestion[] = [...commands.values()].map(testForm)

/** Commands that real modules have and ours has not: whether they are there. */
export const foreignQuestions: readonly LearnQuestion[] = harmlessForeignNames
  .map((name) => `+${name}`)
  .filter((name) => !commands.has(name))
  .map((name) => ({
    id: `there-${name.slice(1).toLowerCase()}`,
    title: `Whether AT${name} is there`,
    state: 'any',
    async ask(interview) {
      const { lines, final } = await interview.ask(`AT${name}=?`)
      if (final === 'OK' && unplayable(name) === undefined)
        interview.add('replies', { [`AT${name}=?`]: [...lines, final] })
    },
  }))
