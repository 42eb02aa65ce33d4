import { figuresOf, figureTable } from './figures.ts'
import { findingsOf } from './laws.ts'
import { offenderList } from './offenders.ts'
import { readSources } from './source.ts'

/** `npm run measure`: the figures; with `--offenders` the list of what breaks a law. */
const root = process.cwd()
const sources = readSources(root)
const text = process.argv.includes('--offenders')
  ? offenderList(await findingsOf(root, sources))
  : figureTable(figuresOf(sources))
process.stdout.write(text)
