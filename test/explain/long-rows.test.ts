import { expect, test } from 'vitest'
import { Explainer } from '../../src/explain/explain.ts'

/** Rows of one kind of text, as a log has them in which something has gone wrong. */
const rows: Readonly<Record<string, string>> = {
  spaces: `> AT${' '.repeat(60_000)}`,
  quotes: '"'.repeat(60_000),
  brackets: '['.repeat(60_000),
  'carriage returns': `${'\r'.repeat(60_000)}x`,
  hex: `${'00 '.repeat(20_000)}zz`,
  'hex without spaces': `${'00'.repeat(30_000)}zz`,
  decimals: `${'1 '.repeat(30_000)}x`,
  digits: '1'.repeat(60_000),
  'escaped quotes': `'${"\\'".repeat(30_000)}`,
  'titles of terminals': '\x1b]'.repeat(30_000),
}

// Some of these took minutes, each more than the limit: the expressions took time by the square of the length.
test.each(Object.entries(rows))(
  'a row of 60,000 characters, %s, and the log behind it is read',
  { timeout: 30_000 },
  (_, row) => {
    const explainer = new Explainer({})
    explainer.feed(Buffer.from(`${row}\n${row}\n> AT+CPIN?\n< +CME ERROR: SIM not inserted\n`, 'latin1'))
    expect(explainer.end().rows.map(({ text }) => text)).toContain('+CME ERROR: SIM not inserted')
  },
)
