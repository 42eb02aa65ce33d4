import { gradeOf, playedOf, syntaxOf, writeSign } from '../../at/commands/command.ts'
import type { Profile } from '../../at/profiles/profile.ts'
import { redactLine } from '../../at/syntax/redact.ts'
import { urcs } from '../../at/urcs.ts'
import { formId, knownFrom } from '../../conformance/general-requirements.ts'
import type { Evidence } from '../../conformance/requirements.ts'
import { createModuleConfig, type Module, type ModuleConfig, type ModuleStep } from '../../module/public.ts'
import { exchangeSituations } from './exchange-situations.ts'
import { happeningSituations } from './happening-situations.ts'
import { type AnsweredLine, LineJoiner, type ObservedCall } from './observed-lines.ts'
import { answeredCommands, type DeferredCode, resultOf } from './situation.ts'

/** A form of a command that was used. */
export interface UsedForm {
  readonly id: string
  /** `AT+CMQTTPUB=<client_index>,…` */
  readonly what: string
  readonly title: string
  /** `note` for those of the application note, with the section as its source. */
  readonly evidence: Evidence
  readonly source: string
  /** Answered, without effect. */
  readonly accepted: boolean
  readonly times: number
}

/** What a run has shown so far. */
export interface Recorded {
  readonly forms: readonly UsedForm[]
  /** How often each requirement was relied on, by its ID. */
  readonly situations: ReadonlyMap<string, number>
  /** Commands that nothing answers but `ERROR`. */
  readonly unknown: readonly string[]
  /** Commands that a reply of the profile answers. */
  readonly replies: readonly string[]
}

const longestName = 40

/** Notes from which behaviours of a module its hosts have had something, from now on. */
export class EvidenceRecorder {
  readonly #config: ModuleConfig
  readonly #joiner: LineJoiner
  readonly #forms = new Map<string, UsedForm>()
  readonly #situations = new Map<string, number>()
  readonly #unknown = new Set<string>()
  readonly #replies = new Set<string>()
  #serviceLost = false

  constructor(module: Module, profile: Profile) {
    this.#config = createModuleConfig(profile)
    this.#joiner = new LineJoiner(this.#config)
    module.observeSteps((step) => this.#take(step))
  }

  recorded(): Recorded {
    return {
      forms: [...this.#forms.values()],
      situations: this.#situations,
      unknown: [...this.#unknown],
      replies: [...this.#replies],
    }
  }

  #take(step: ModuleStep): void {
    const lines = this.#joiner.take(step)
    for (const call of lines.prompted) this.#used(call)
    for (const answered of lines.answered) this.#answered(answered)
    const results = lines.outputs.flatMap((output) => this.#resultsIn(output))
    const happening = { ...step, ...lines, results }
    if (step.after.service.mqtt.kind === 'started') this.#serviceLost = false
    else if (lines.outputs.some((output) => output.includes(`\r\n${urcs.noNetwork.name}\r\n`))) this.#serviceLost = true
    for (const { id, when } of happeningSituations) if (when(happening)) this.#count(id)
    if (this.#joiner.used.size > 1 && !this.#situations.has('line-1')) this.#count('line-1')
  }

  #answered(line: AnsweredLine): void {
    if (!line.prompted) for (const call of line.calls) this.#used(call)
    for (const name of line.unknown) {
      const shown = redactLine(`AT${name}`).slice(2, longestName)
      const isUnknown = line.after.unknownCommands.includes(shown)
      if (isUnknown) this.#unknown.add(shown)
      else if (/(?:^|\r\n)(?!ERROR)[^\r\n]+\r\n/.test(line.answer)) this.#replies.add(shown)
    }
    for (const exchange of answeredCommands(line, (text) => this.#cmeNumber(text), this.#serviceLost))
      for (const { id, when } of exchangeSituations) if (when(exchange)) this.#count(id)
  }

  #used(call: ObservedCall): void {
    const used = this.#forms.get(formKey(call)) ?? usedForm(call)
    if (used) this.#forms.set(formKey(call), { ...used, times: used.times + 1 })
  }

  #count(id: string): void {
    this.#situations.set(id, (this.#situations.get(id) ?? 0) + 1)
  }

  #resultsIn(output: string): readonly DeferredCode[] {
    return output.split('\r\n').flatMap((line) => {
      const key = this.#config.keys.get(/^\+[A-Z]+/.exec(line)?.[0] ?? '')
      const result = key === undefined ? undefined : resultOf(line, this.#config.commands[key]!)
      return key !== undefined && result ? [{ key, ...result }] : []
    })
  }

  /** By its number, or by the words of the family. */
  #cmeNumber(text: string): number | undefined {
    if (/^\d+$/.test(text)) return Number(text)
    const found = Object.entries(this.#config.profile.cme).find(([, words]) => words === text)
    return found && Number(found[0])
  }
}

const formKey = ({ key, kind, form }: ObservedCall): string => `${key} ${kind} ${form?.key ?? ''}`

const signs = { execute: '', read: '?', test: '=?' } as const

/** Undefined: the command has no such form, and `ERROR` is what the note has for that. */
function usedForm({ command, kind, form }: ObservedCall): UsedForm | undefined {
  const { name, title, cite, write = {} } = command
  const mark = kind === 'write' ? form?.about : kind === 'test' ? {} : command[kind]
  if (mark === undefined || (kind === 'test' && command.test === undefined)) return undefined
  const grade = gradeOf(command, mark)
  const forms = Object.values(write).filter(({ absent, refusedWith }) => !absent && refusedWith === undefined)
  const key = forms.length > 1 ? form?.key : undefined
  const what = kind === 'write' ? `AT${name}${writeSign(name)}${syntaxOf(form!.about)}` : `AT${name}${signs[kind]}`
  const accepted = kind !== 'test' && playedOf(command, mark) === 'accepted'
  const about = { what, title, accepted, times: 0 }
  if (grade !== undefined) return { id: formId(name, kind, key), ...knownFrom(grade), ...about }
  const suffix = key === undefined ? '' : `-${key.toLowerCase()}`
  return { id: `${cite}-${kind}${suffix}`, evidence: 'note', source: `§${cite}`, ...about }
}
