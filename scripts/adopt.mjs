// `npm run adopt -- report.md`: a report of `atmqtt learn` bears out requirements, and is kept under docs/hardware.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [path, option, folder] = process.argv.slice(2)
const root = option === '--root' ? folder : fileURLToPath(new URL('..', import.meta.url))

function end(sentence, code) {
  console.error(`adopt: ${sentence}`)
  process.exit(code)
}

/** The data of a report; ends the program with a sentence when there is none. */
function dataOf(text) {
  try {
    const data = JSON.parse(/^## Data\n[\s\S]*?```json\n([\s\S]*?)\n```/m.exec(text)[1])
    if (typeof data.model === 'string' && typeof data.revision === 'string' && Array.isArray(data.answers)) return data
  } catch {}
  return end(`${path} is no report: give one that "atmqtt learn --report FILE.md" has written, whole.`, 2)
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    return end(`${file} can't be read (${error.message}): give a report that is there.`, 2)
  }
}

if (path === undefined) end('Which report? Give the file: npm run adopt -- report.md', 2)
const report = read(path)
const { model, revision, base, date, answers } = dataOf(report)
// What a module of the note's own families does is A, what a sibling does is B.
const letter = base.startsWith('sim767x') ? 'A' : 'B'
const source = `${letter} a report of ${model} ${revision}`.replaceAll(/[|;]/g, ' ')

const ids = (same) =>
  new Set(answers.filter((answer) => answer.same === same).flatMap(({ requirements }) => requirements))
const differ = ids(false)
const alike = new Set([...ids(true)].filter((id) => !differ.has(id)))

/** The grade of a row with this report in it: it takes the place of our own choice; the note and real modules stay. */
function graded(grade) {
  const parts = grade.split('; ')
  if (parts.some((part) => /^(note|A)\b/.test(part)) || parts.includes(source)) return grade
  return [source, ...parts.filter((part) => !/^E\b/.test(part))].join('; ')
}

const adopted = []
const pages = join(root, 'conformance', 'requirements')
for (const name of readdirSync(pages).filter((each) => each.endsWith('.md'))) {
  const page = read(join(pages, name))
  const lines = page.split('\n').map((line) => {
    const [, id, middle, grade] = /^\| ([\w.-]+) (\|.*\|) ([^|]+) \|$/.exec(line) ?? []
    if (id === undefined || !alike.has(id) || graded(grade) === grade) return line
    adopted.push(id)
    return `| ${id} ${middle} ${graded(grade)} |`
  })
  writeFileSync(join(pages, name), lines.join('\n'))
}

const file = `${model}-${revision}`.toLowerCase().replaceAll(/[^a-z\d.-]+/g, '-')
mkdirSync(join(root, 'docs', 'hardware'), { recursive: true })
writeFileSync(join(root, 'docs', 'hardware', `${file}.md`), report)
const list = join(root, 'docs', 'hardware.md')
const row = `| [${model}](hardware/${file}.md) | ${revision} | ${base} | ${date} |`
const page = read(list)
if (!page.includes(row)) {
  const head = '| model | revision | nearest profile | learnt on |\n| --- | --- | --- | --- |'
  const before = page.includes(head) ? page : page.replace('None yet.', head)
  writeFileSync(list, before.replace(head, `${head}\n${row}`))
}

console.log(`${adopted.length} requirements are ${letter} now: ${adopted.join(' ') || 'none'}`)
console.log(`the report is docs/hardware/${file}.md`)
if (differ.size > 0) {
  console.log(
    `${differ.size} requirements are of questions that this module answers otherwise. Decide of each whether it`,
  )
  console.log('is wrong for all, or a trait of a profile:')
  for (const { question, requirements, differs } of answers.filter(({ same }) => !same)) {
    console.log(`  ${question}: ${requirements.join(' ') || 'in no requirement'}`)
    for (const { sent, theirs, ours } of differs ?? []) console.log(`    ${sent}  ${theirs}  (ours: ${ours})`)
  }
  process.exitCode = 1
}
