import { describe, expect, test } from 'vitest'
import { bytesOf } from '../../src/at/public.ts'
import { explain } from '../../src/explain/explain.ts'
import { rules } from '../../src/explain/rules/rules.ts'
import { sessionOf } from './session.ts'
import { shapes } from './shapes/shapes.ts'

const found = (log: string): readonly string[] => explain(bytesOf(log)).findings.map(({ id }) => id)

/** A log that shows bytes alone has none of the host's own text. */
const withoutPrints = new Set(['saleae', 'sigrok', 'trace', 'recording'])

/** Where a shape can not show it. */
const unshown: Readonly<Record<string, readonly string[]>> = {
  'wrong-baud': ['espHexdump', 'simcomHex', 'pythonList', 'flattened'],
  'length-mismatch': ['sigrok', 'flattened', 'mailQuote'],
  'no-answer': ['flattened'],
  'ccertdown-length': ['mailQuote'],
  'urc-as-reply': ['blocks', 'flattened'],
  'connect-late':
    'blocks flattened plain sketch glued localised tinygsm simcomHex arrows mbed escapes pythonList mailQuote'.split(
      ' ',
    ),
  'positions-on-the-port': ['flattened'],
  'two-writers': ['flattened'],
  'powered-off': ['flattened'],
  'data-elsewhere': ['mailQuote'],
  'bearer-lost': ['mbed'],
  'message-doubled': ['mbed', 'flattened'],
  'buffer-small': ['mbed', 'flattened'],
  // Where nothing tells who wrote a row, a command and its echo alone may be the same command twice.
  'no-cr': 'arduino platformio plain tinygsm saleae sigrok mailQuote flattened'.split(' '),
  loopback: 'arduino platformio plain sketch glued tinygsm zephyr saleae sigrok mailQuote flattened'.split(' '),
}

describe.each(rules.filter(({ examples }) => examples.length > 0).map((rule) => [rule.id, rule] as const))(
  '%s',
  (id, rule) => {
    test.each(rule.examples)('is found in every shape: %j', (example) => {
      const session = sessionOf(example)
      const hasPrints = session.some(({ side }) => side === 'print')
      const missing = Object.entries(shapes)
        .filter(([name]) => !(hasPrints && withoutPrints.has(name)) && !unshown[id]?.includes(name))
        .flatMap(([name, write]) => {
          const ids = found(write(session))
          return ids.includes(id) ? [] : [`${name}: ${ids.join(' ') || 'nothing'}`]
        })
      expect(missing).toEqual([])
    })

    test.each(rule.nearMisses)('is silent in: %j', (session) => {
      const wrong = Object.entries(shapes).filter(([, write]) => found(write(sessionOf(session))).includes(id))
      expect(wrong.map(([name]) => name)).toEqual([])
    })
  },
)
