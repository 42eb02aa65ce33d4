import { type Grade, grades } from '../../at/commands/command.ts'
import { addStep, fail, noConditions, type Reading, type Scope } from './reading.ts'

interface Directive {
  /** What it takes, for messages; none: nothing. */
  readonly takes?: string
  readonly value?: RegExp
  /** `at`: the character where its value begins. */
  read(reading: Reading, value: string, at: number): void
}

const words = /^[A-Za-z][\w.-]*(?: [A-Za-z][\w.-]*)*$/
const profileNames = /^!?[A-Za-z][\w.-]*(?: !?[A-Za-z][\w.-]*)*$/
const duration = /^(\d+(?:\.\d+)?)(s|ms)$/

const directives: Readonly<Record<string, Directive>> = {
  profile: { ...condition('profiles', 'names of profiles'), value: profileNames },
  needs: condition('needs', 'names such as broker or tls'),
  only: {
    ...condition('only', 'hardware or virtual'),
    value: /^(hardware|virtual)$/,
  },
  cite: { takes: 'a section', read: (reading, value) => change(reading, { cite: value }) },
  grade: {
    takes: grades.join(', ').replace(/, (?=\w+$)/, ' or '),
    value: new RegExp(`^(${grades.join('|')})$`),
    read: (reading, value) => change(reading, { grade: value as Grade }),
  },
  shows: {
    takes: 'IDs of requirements, such as 2.2.13-r1',
    value: /^([a-z]+|\d+(\.\d+)+)(-[a-z0-9]+)+( ([a-z]+|\d+(\.\d+)+)(-[a-z0-9]+)+)*$/,
    read: ({ open, shows }, value) => void (open?.shows ?? shows).push(...value.split(' ')),
  },
  strict: { read: strict },
  lenient: { read: (reading) => change(reading, { strict: false }) },
  begin: { takes: 'a title', read: begin },
  end: { read: (reading) => end(reading) },
  chunk: {
    takes: 'a number of bytes, also with a gap: 1 5ms, or off',
    value: /^(off|[1-9]\d{0,6}( \S+)?)$/,
    read: chunk,
  },
  delay: {
    takes: 'a time such as 200ms or 1.5s',
    value: duration,
    read: (reading, value) => addStep(reading, { kind: 'delay', ms: milliseconds(value) }),
  },
  echo: {
    takes: 'on or off',
    value: /^(on|off)$/,
    read: (reading, value) => addStep(reading, { kind: 'echo', on: value === 'on' }),
  },
  at: { takes: 'seconds such as 1.204, behind them OFFSET@SECONDS', value: /^[\d.]+( \d+@[\d.]+)*$/, read: timing },
  fault: named('fault'),
  peer: named('peer'),
}

export function readDirective(reading: Reading, line: string): void {
  const [, name = '', gap = '', value = ''] = /^@(\S*)( *)(.*)$/.exec(line) ?? []
  const directive = Object.hasOwn(directives, name) ? directives[name] : undefined
  if (!directive) fail(reading, 0, `unknown directive @${name}; there are ${known}.`)
  const at = 1 + name.length + gap.length
  if (directive.takes === undefined && value) fail(reading, at, `@${name} takes nothing.`)
  if (directive.takes !== undefined && !value) fail(reading, at, `@${name} needs a value: ${directive.takes}.`)
  if (directive.value && !directive.value.test(value)) fail(reading, at, `@${name} takes ${directive.takes}.`)
  reading.items = undefined
  directive.read(reading, value, at)
}

const known = Object.keys(directives)
  .map((name) => `@${name}`)
  .join(' ')

function change(reading: Reading, scope: Scope): void {
  reading.scope = { ...reading.scope, ...scope }
}

/** Told before the first step of a file or of a block. */
function condition(key: 'profiles' | 'needs' | 'only', takes: string): Directive {
  const name = key === 'profiles' ? 'profile' : key
  return {
    takes,
    value: words,
    read(reading, value) {
      const { open } = reading
      const conditions = open?.conditions ?? reading.conditions
      if (key !== 'needs' && conditions[key].length > 0) fail(reading, 0, `@${name} stands here a second time.`)
      if (reading.steps.length > (open?.firstStep ?? 0) || (!open && reading.blocks.length > 0))
        fail(reading, 0, `@${name} stands before the first step of a file or of a block.`)
      conditions[key].push(...value.split(' '))
    },
  }
}

function begin(reading: Reading, title: string): void {
  if (reading.open) fail(reading, 0, `the block of line ${reading.open.line} has no @end.`)
  const outside = reading.scope
  const firstStep = reading.steps.length
  reading.open = { title, line: reading.line, firstStep, conditions: noConditions(), shows: [], outside }
}

function end(reading: Reading): void {
  const { open, scope } = reading
  if (!open) fail(reading, 0, '@end closes no block: there is no @begin before it.')
  if (reading.steps.slice(open.firstStep).some(({ kind }) => kind === 'anyTime')) addStep(reading, { kind: 'settle' })
  const { title, line, conditions, shows, outside } = open
  const cite = scope.cite ?? outside.cite
  const about = { ...(cite && { cite }), ...(scope.grade && { grade: scope.grade }) }
  reading.blocks.push({ title, line, endLine: reading.line, conditions, shows, ...about })
  reading.open = undefined
  reading.scope = outside
  if (scope.chunk !== outside.chunk) addStep(reading, { kind: 'chunk', ...(outside.chunk ?? whole) })
}

/** All `~` blocks before it must have come before strict mode begins. */
function strict(reading: Reading): void {
  if (reading.steps.some(({ kind }) => kind === 'anyTime')) addStep(reading, { kind: 'settle' })
  change(reading, { strict: true })
}

const whole = { size: undefined, gapMs: 0 }

function chunk(reading: Reading, value: string, at: number): void {
  const [size = '', gap] = value.split(' ')
  if (gap !== undefined && !duration.test(gap)) fail(reading, at + size.length + 1, 'the gap is a time such as 5ms.')
  const set = size === 'off' ? undefined : { size: Number(size), gapMs: gap === undefined ? 0 : milliseconds(gap) }
  change(reading, { chunk: set })
  addStep(reading, { kind: 'chunk', ...(set ?? whole) })
}

function timing(reading: Reading, value: string, at: number): void {
  const [first = '', ...others] = value.split(' ')
  if (reading.timing) fail(reading, 0, '@at belongs to the step behind it: there is none for the @at before.')
  const pieces = others.map((piece) => {
    const [offset, seconds] = piece.split('@')
    return { offset: Number(offset), ms: Number(seconds) * 1000 }
  })
  const times = [Number(first) * 1000, ...pieces.map(({ ms }) => ms)]
  if (times.some(Number.isNaN)) fail(reading, at, `@at takes ${directives.at!.takes}.`)
  reading.timing = { ms: times[0]!, pieces }
}

/** A name and parameters, for somebody that the player does not know. */
function named(kind: 'fault' | 'peer'): Directive {
  return {
    takes: 'a name, and its parameters as JSON',
    value: /^[A-Za-z][\w.-]*( |$)/,
    read(reading, value, at) {
      const [, name = '', gap = '', json = ''] = /^(\S+)( *)(.*)$/.exec(value)!
      try {
        addStep(reading, { kind, name, parameters: json === '' ? {} : JSON.parse(json) })
      } catch {
        fail(reading, at + name.length + gap.length, `the parameters of a ${kind} are JSON, such as {"times":1}.`)
      }
    },
  }
}

/** Of `1.5s` and `200ms`. */
export function milliseconds(text: string): number {
  const [, amount, unit] = duration.exec(text)!
  return Number(amount) * (unit === 's' ? 1000 : 1)
}
