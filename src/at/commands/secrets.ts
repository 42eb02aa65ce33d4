import type { Command, Form } from './command.ts'
import { everyCommand } from './every-command.ts'
import type { Param, Secrecy } from './param.ts'

/** Which parameters of a command are secrets: passwords, PINs. */
export interface SecretParameters {
  readonly kind: Secrecy['kind']
  /** The first parameter that is a secret; so is everything behind it. */
  readonly first: number
  /** What the parameters before it look like; from one that does not fit on, any may be the secret. */
  readonly fits: readonly RegExp[]
  /** Whether `+CMD: …` of a reply has the parameters too. */
  readonly rows: boolean
  /** Which of the parameters are numbers. */
  readonly numbers: ReadonlySet<number>
  /** The word in front of the secret, where other words make other forms. */
  readonly keyword?: string
  /** In lower case, the words that make those other forms. */
  readonly plainWords?: ReadonlySet<string>
}

/** What a parameter looks like that is not a displaced secret; undefined: anything. */
function looks({ shape, limits }: Param<unknown>): RegExp | undefined {
  if (shape) return shape
  if (limits.kind === 'number') return /^\d{0,5}$/
  return limits.kind === 'keyword' ? /^\w*$/ : undefined
}

function secretsOfForm({ params }: Form, rows: boolean, forms: readonly Form[]): SecretParameters | undefined {
  const list = Object.values(params)
  const at = list.findIndex(({ secret }) => secret)
  if (at < 0) return undefined
  const { kind, hides } = list[at]!.secret!
  const before = list.slice(0, hides === 'command' ? 0 : at).map(looks)
  const unchecked = before.indexOf(undefined)
  const keyword = hides === 'rest' ? list.find(({ limits }) => limits.kind === 'keyword')?.limits : undefined
  return {
    kind,
    first: before.length,
    fits: (unchecked < 0 ? before : before.slice(0, unchecked)) as readonly RegExp[],
    rows,
    numbers: new Set(list.flatMap(({ limits }, i) => (limits.kind === 'number' ? [i] : []))),
    ...(keyword?.kind === 'keyword' && { keyword: keyword.word, plainWords: wordsOf(forms, keyword.word) }),
  }
}

const wordsOf = (forms: readonly Form[], except: string): ReadonlySet<string> =>
  new Set(
    forms
      .flatMap(({ params }) => Object.values(params))
      .flatMap(({ limits }) =>
        limits.kind === 'keyword' && limits.word !== except ? [limits.word.toLowerCase()] : [],
      ),
  )

const ofCommand = ({ name, read, write = {} }: Command): readonly (readonly [string, SecretParameters])[] =>
  Object.values(write).flatMap((form) => {
    const found = secretsOfForm(form, read?.secret === true, Object.values(write))
    return found ? [[name.replace(/^\+/, ''), found] as const] : []
  })

/**
 * By the name of the command, without `+`: of every firmware, for a module that refuses a secret has been sent it all
 * the same. Of several forms the one whose secret stands first.
 */
export const secretParameters: ReadonlyMap<string, SecretParameters> = new Map(
  everyCommand.flatMap(ofCommand).sort(([, one], [, other]) => other.first - one.first),
)

/** The commands, without `+`, whose data behind the prompt is a secret: keys. */
export const secretData: readonly string[] = [
  ...new Set(
    everyCommand
      .filter(({ write = {} }) => Object.values(write).some(({ secret }) => secret))
      .map(({ name }) => name.replace(/^\+/, '')),
  ),
]
