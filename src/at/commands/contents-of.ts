import { type UrcDefinition, urcDefinitions } from '../urcs.ts'
import { type Command, dataContentOf, type Form } from './command.ts'
import type { Content, DataContent, Shown } from './content.ts'
import { everyCommand } from './every-command.ts'

/** What may stand at one place of a command's values, in some firmware. */
interface Place {
  readonly content: Content | undefined
  readonly takesNumber: boolean
  /** Texts that are no content, as `shape` says, where there is one. */
  readonly text: { readonly shape: RegExp | undefined } | undefined
}

/** What a command carries beside secrets, all firmwares taken together. */
export interface CommandContents {
  readonly places: readonly Place[]
  /** Of its values, its data and its answers: what a value in a wrong place may be. */
  readonly all: readonly Content[]
  readonly shows: Shown | undefined
}

const formsOf = (commands: readonly Command[]): readonly Form[] =>
  commands.flatMap(({ write = {} }) => Object.values(write))

function contentsOf(commands: readonly Command[]): CommandContents {
  const forms = formsOf(commands)
  const length = Math.max(0, ...forms.map(({ params }) => Object.keys(params).length))
  const places = Array.from({ length }, (_, index) => placeOf(forms, index))
  const shows = commands.find((command) => command.shows)?.shows
  const data = forms.flatMap((form) => (form.prompt === undefined ? [] : [dataContentOf(form)]))
  const own = [...places.map(({ content }) => content), shows?.content, ...data.map(isContent)]
  const all = own.filter((content) => content !== undefined)
  return { places, all: [...new Set(all)], shows }
}

const isContent = (data: DataContent): Content | undefined => (data === 'key' ? undefined : data)

function placeOf(forms: readonly Form[], index: number): Place {
  const params = forms.flatMap((form) => Object.values(form.params)[index] ?? [])
  const texts = params.filter(({ limits, content }) => limits.kind !== 'number' && !content)
  return {
    content: params.find(({ content }) => content)?.content,
    takesNumber: params.some(({ limits }) => limits.kind === 'number'),
    text: texts.length === 0 ? undefined : { shape: texts.find(({ shape }) => shape)?.shape },
  }
}

/** Made when they are asked for. */
const byName = new Map<string, CommandContents>()

/** `name`: of a command, or of the lines of its answers, in upper case, with its `+`. undefined: nobody has defined it. */
export function contentsOfCommand(name: string): CommandContents | undefined {
  const known = byName.get(name)
  if (known) return known
  const commands = everyCommand.filter((command) => command.name === name || command.rowName === name)
  if (commands.length === 0) return undefined
  const contents = contentsOf(commands)
  byName.set(name, contents)
  return contents
}

/** Whether a text is the name of a command, or the beginning of one. */
export const beginsCommand = (text: string): boolean => everyCommand.some(({ name }) => name.startsWith(text))

/** Whether a line that is no command may end with one, typed right behind data, whose answer tells something. */
export const mayAsk = (line: string): boolean =>
  [...line.matchAll(/at *(\+[a-z]+)/gi)].some(([, name = '']) => {
    const known = contentsOfCommand(name.toUpperCase())
    return !known || known.shows !== undefined
  })

const urcsByName: ReadonlyMap<string, UrcDefinition> = new Map(urcDefinitions.map((urc) => [urc.name, urc]))

/** The URC of that name, `+CMT`. */
export const urcNamed = (name: string): UrcDefinition | undefined => urcsByName.get(name)
