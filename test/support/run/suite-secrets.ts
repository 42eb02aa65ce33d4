import { createPrivateKey, createPublicKey } from 'node:crypto'
import { escapeBytes } from '../../../src/at/syntax/bytes.ts'

/** Shorter passwords stand in too many other places. */
const shortest = 6
/** Twice this much of a key in one run is always found. */
const windowLength = 12
/** Of a key that is written as escaped bytes: three escapes alone would stand in much that is random. */
const escapedLength = 24

/** Where something was told, e.g. `the log, level warn`, and all that was told there. */
export interface Told {
  readonly place: string
  readonly text: string
}

/**
 * What the tests of one file let be known, at every level of every log, in traces, events and recordings, by modules,
 * drivers and programs alike, and the passwords and keys that they use. Files of one worker share it, one after the
 * other: keys are kept, for what is made once may be used by several.
 */
export class SuiteSecrets {
  readonly #passwords = new Set<string>()
  /** Each run of so many characters of each key. */
  readonly #keyWindows = new Set<string>()
  readonly #told = new Map<string, string[]>()

  /** A password, or any other text that nobody may see. Gives it back. */
  keep(password: string): string {
    if (password.length >= shortest) this.#passwords.add(password)
    return password
  }

  /** The private keys in a text, in all the ways in which their bytes may be written. */
  keepKeys(text: string): void {
    for (const [pem] of text.matchAll(privateKey)) {
      const shared = publicForms(pem)
      for (const form of keyForms(pem))
        for (const window of windowsOf(form)) if (!shared.includes(window)) this.#keyWindows.add(window)
    }
  }

  /** The passwords of the command lines in a text; `{password}` of a transcript and `${password}` of a test are none. */
  keepTyped(text: string): void {
    for (const [, password] of text.matchAll(typedPassword)) this.keep(password!)
  }

  tell(place: string, text: string): void {
    const texts = this.#told.get(place)
    if (texts) texts.push(text)
    else this.#told.set(place, [text])
  }

  places(): readonly Told[] {
    return [...this.#told].map(([place, texts]) => ({ place, text: texts.join('') }))
  }

  /** A sentence for each place that has one; the secret itself is left out. */
  findings(): readonly string[] {
    return this.places().flatMap(({ place, text }) => {
      const at = this.#keyIn(text)
      const key = at === undefined ? [] : [`a private key shows in ${place}, behind ${quoted(text, at)}`]
      const passwords = [...this.#passwords].flatMap((password) => {
        const found = wordIn(text, password)
        return found === undefined ? [] : [`a password shows in ${place}, behind ${quoted(text, found)}`]
      })
      return [...key, ...passwords]
    })
  }

  /** The next file begins: what an earlier one told, and its passwords, are no matter of its. */
  nextFile(): void {
    this.#told.clear()
    this.#passwords.clear()
  }

  /** Looks at every twelfth place only: the windows of the keys begin at each. */
  #keyIn(text: string): number | undefined {
    if (this.#keyWindows.size === 0) return undefined
    const isOfKey = (at: number, length: number) => this.#keyWindows.has(text.slice(at, at + length))
    for (let at = 0; at + windowLength <= text.length; at += windowLength)
      if (isOfKey(at, windowLength) || isOfKey(at, escapedLength)) return at
    return undefined
  }
}

const typedPassword = /\+CMQTTCONN\w*=[^\r\n]*?,"[^"\r\n]*","([^"{}\r\n]+)"/gi
const privateKey = /-----BEGIN ([A-Z]+ )*PRIVATE KEY-----[\s\S]*?-----END ([A-Z]+ )*PRIVATE KEY-----/g

/** What stands in front of a place, without what may be a part of the secret. */
const quoted = (text: string, at: number): string =>
  JSON.stringify(text.slice(Math.max(0, at - 52), Math.max(0, at - 12)))

/** As a word of its own: the password `secret` is not in `secrets`. */
function wordIn(text: string, word: string): number | undefined {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!isLetter(text[at - 1]) && !isLetter(text[at + word.length])) return at
  return undefined
}

const isLetter = (character: string | undefined): boolean => /[a-z]/i.test(character ?? '')

/** Stretches of padding are no secret. */
function* windowsOf(text: string): Generator<string> {
  const length = text.includes('\\x') ? escapedLength : windowLength
  for (let at = 0; at + length <= text.length; at++) {
    const window = text.slice(at, at + length)
    if (new Set(window).size > 4) yield window
  }
}

/** PEM, base64, hex and raw bytes; of a key that opens its secret numbers too. */
function keyForms(pem: string): readonly string[] {
  const body = pem.split(/\r?\n/).filter((line) => line !== '' && !/[-:]/.test(line))
  const { d, p, q } = numbersOf(pem)
  return [...body, Buffer.from(body.join(''), 'base64'), d, p, q].flatMap((part) =>
    typeof part === 'string' ? [part] : part ? encodings(part) : [],
  )
}

/** What is in the public key, and so in certificates, is no secret. */
function publicForms(pem: string): string {
  try {
    const spki = createPublicKey(pem).export({ type: 'spki', format: 'der' })
    return [algorithms, spki].flatMap(encodings).join('\n')
  } catch {
    // Encrypted.
    return ''
  }
}

/** The beginning of every EC P-256 key in PKCS #8. */
const algorithms = Buffer.from('MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg', 'base64')

/** Of a JSON Web Key; none of one that is encrypted, whose numbers show nowhere in clear. */
function numbersOf(pem: string): Readonly<Partial<Record<'d' | 'p' | 'q', Buffer>>> {
  try {
    const numbers = Object.entries(createPrivateKey(pem).export({ format: 'jwk' }))
    return Object.fromEntries(numbers.map(([name, value]) => [name, Buffer.from(`${value}`, 'base64url')]))
  } catch {
    return {}
  }
}

/** Base64 in its three alignments. */
const encodings = (bytes: Buffer): readonly string[] => [
  ...[0, 1, 2].map((from) => Buffer.concat([Buffer.alloc(from), bytes]).toString('base64')),
  bytes.toString('base64url'),
  bytes.toString('hex'),
  bytes.toString('hex').toUpperCase(),
  bytes.toString('latin1'),
  escapeBytes(bytes),
]

/** Of the test file that runs in this worker. */
export const suiteSecrets = new SuiteSecrets()
