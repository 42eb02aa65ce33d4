import { figuresOf, figureTable } from './figures.ts'
import { readSources } from './source.ts'

process.stdout.write(figureTable(figuresOf(readSources(process.cwd()))))
