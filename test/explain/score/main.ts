import { writeFileSync } from 'node:fs'
import { cleanLogs } from './clean.ts'
import { generatedCases } from './generated.ts'
import { scorePage, scoreText } from './score-page.ts'
import { variedCases, variedCleanLogs } from './varied.ts'
import { judgedCases } from './written.ts'

/** `npm run explain:score`: judges all logs, prints the sums, and writes the page that is given. */
const [page = ''] = process.argv.slice(2)
const variedCount = 4000
const score = {
  generated: [...generatedCases()],
  varied: [...variedCases(variedCount)],
  written: judgedCases(),
  clean: cleanLogs(),
  variedClean: [...variedCleanLogs(variedCount)],
}
writeFileSync(page, scorePage(score, new Date().toISOString().slice(0, 10)))
process.stdout.write(scoreText(score))
