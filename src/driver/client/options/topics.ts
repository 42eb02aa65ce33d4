import { ClientError } from '../errors.ts'

const longest = 1024
const text = new TextEncoder()

/** Throws for a topic or a filter that the module or MQTT refuses; before a byte is sent. */
export function checkTopic(topic: unknown, kind: 'topic' | 'filter'): void {
  if (typeof topic !== 'string') throw new ClientError('invalid', `A ${kind} must be a string.`)
  const bytes = text.encode(topic).length
  if (bytes < 1 || bytes > longest)
    throw new ClientError('invalid', `The ${kind} has ${bytes} bytes, the module takes 1 to ${longest}.`)
  if (topic.includes('\0')) throw new ClientError('invalid', `A ${kind} can not hold the character NUL.`)
  if (!isWellFormed(topic)) throw new ClientError('invalid', `The ${kind} holds half of a surrogate pair.`)
  if (kind === 'topic' && /[+#]/.test(topic))
    throw new ClientError('invalid', 'A topic to publish to can not hold + or #: these are for filters.')
  if (kind === 'filter' && !wildcardsFit(topic))
    throw new ClientError('invalid', 'In a filter + and # fill a whole level, and # stands last.')
}

const wildcardsFit = (filter: string): boolean =>
  filter
    .split('/')
    .every((level, n, levels) => (level === '#' ? n === levels.length - 1 : level === '+' || !/[+#]/.test(level)))

const isWellFormed = (value: string): boolean => !/\p{Surrogate}/u.test(value)
