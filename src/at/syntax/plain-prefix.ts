import { beginsCommandName, isPlainName, meansPassword } from './near-name.ts'

/** Where a line stands that could still be shown whole. */
type Place =
  | 'start'
  | 'lineFeed'
  | 'lineFeedA'
  | 'a'
  | 'command'
  | 'name'
  | 'asked'
  | 'bare'
  | 'quoted'
  | 'closed'
  | 'held'

/**
 * The part of a command line that can be shown before it is complete: no character that follows, but a backspace, can
 * make a secret of it.
 */
export class PlainPrefix {
  #place: Place = 'start'
  /** The name, or the parameter, that is being typed. */
  #word = ''

  /** Whether this character of the line can be shown at once. Once false it stays so, until `restart`. */
  take(character: string): boolean {
    const isName = this.#place === 'name'
    this.#place = this.#next(character)
    return this.#place !== 'held' || (isName && character === '=')
  }

  /** A line begins: the one before is complete. */
  get isAtStart(): boolean {
    return this.#place === 'start'
  }

  restart(): void {
    this.#place = 'start'
    this.#word = ''
  }

  #next(character: string): Place {
    switch (this.#place) {
      case 'start':
      case 'lineFeed':
      case 'lineFeedA':
      case 'a':
      case 'command':
        return this.#place === 'command' && character === '+' ? this.#begin('name') : opening[this.#place](character)
      case 'name':
        return this.#name(character)
      case 'bare':
        return this.#bare(character)
      case 'quoted':
        return this.#quoted(character)
      case 'closed':
        return this.#behindParameter(character)
      case 'asked':
        return behindCommand(character)
      case 'held':
        return 'held'
    }
  }

  #begin(place: Place): Place {
    this.#word = ''
    return place
  }

  #name(character: string): Place {
    if (/[a-z\d]/i.test(character)) {
      this.#word += character
      return beginsCommandName(this.#word) ? 'name' : 'held'
    }
    if (character === '?') return 'asked'
    if (!isPlainName(this.#word)) return 'held'
    return character === '=' ? this.#begin('bare') : behindCommand(character)
  }

  #bare(character: string): Place {
    if (this.#word === '' && character === '?') return 'asked'
    if (this.#word === '' && character === '"') return 'quoted'
    if (!/[\w.:/@#*%-]/.test(character)) return this.#behindParameter(character)
    this.#word = (this.#word + character).slice(-longestWord)
    return 'bare'
  }

  #quoted(character: string): Place {
    if (character === '"') return 'closed'
    // A command may begin here, if the quote is one too many.
    if (character === '+') return 'held'
    // The quote behind the word is missing.
    if (character === ',' && meansPassword(this.#word)) return 'held'
    this.#word = (this.#word + character).slice(-longestWord)
    return 'quoted'
  }

  #behindParameter(character: string): Place {
    if (character !== ',') return behindCommand(character)
    return meansPassword(this.#word) ? 'held' : this.#begin('bare')
  }
}

/** Whether a line that is being typed has no secret so far, and will have none in what is typed. */
export function isPlainStart(text: string): boolean {
  const prefix = new PlainPrefix()
  for (const character of text) if (!prefix.take(character)) return false
  return true
}

const longestWord = 40

const isA = (character: string): boolean => character === 'a' || character === 'A'
const isT = (character: string): boolean => character === 't' || character === 'T'
const isBlank = (character: string): boolean => character === ' ' || character === '\n'

/** In front of a name. */
const opening: Readonly<Record<'start' | 'lineFeed' | 'lineFeedA' | 'a' | 'command', (character: string) => Place>> = {
  start: (character) => (isBlank(character) ? 'start' : isA(character) ? 'a' : 'held'),
  // `A/` is a whole line.
  a: (character) => (character === '/' ? 'start' : isT(character) ? 'command' : 'held'),
  // To the module the line goes on.
  lineFeed: (character) => (isBlank(character) ? 'lineFeed' : isA(character) ? 'lineFeedA' : 'held'),
  lineFeedA: (character) => (isT(character) ? 'command' : 'held'),
  command: (character) => (character === ' ' ? 'command' : lineEnd(character)),
}

const lineEnd = (character: string): Place => (character === '\n' ? 'lineFeed' : 'held')

const behindCommand = (character: string): Place => (character === ';' ? 'command' : lineEnd(character))
