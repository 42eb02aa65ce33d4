// Lays out what the site is built from: the pages of the package as they stand, so that links between them stay right,
// and a page for each result code.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'

const sources = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'docs',
  'examples',
  'conformance',
  'package.json',
]

/** Writes the pages to `target`, and other files that pages link to into its `public`. */
export function stage(root, target) {
  rmSync(target, { recursive: true, force: true })
  for (const path of sources.flatMap((source) => filesOf(root, source))) {
    if (path.startsWith(join('conformance', 'requirements'))) continue
    // Pictures stand beside the pages: those that a page shows come into the site.
    if (/\.(png|webp|svg)$/.test(path)) cpSync(join(root, path), join(target, path))
    else if (!path.endsWith('.md')) cpSync(join(root, path), join(target, 'public', path))
    else write(target, path, withoutComments(readFileSync(join(root, path), 'utf8')))
  }
  splitForms(target)
  writeCodes(target)
  writeLanding(target)
}

function filesOf(root, path) {
  const entries = readdirSync(dirname(join(root, path)), { withFileTypes: true })
  if (entries.find(({ name }) => name === basename(path))?.isFile()) return [path]
  return readdirSync(join(root, path), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}

function write(target, path, text) {
  mkdirSync(dirname(join(target, path)), { recursive: true })
  writeFileSync(join(target, path), text)
}

/** The landing page has the guide of the late offline whole, with its links as seen from there. */
function writeLanding(target) {
  const guide = readFileSync(join(target, 'docs', 'guide', 'late-offline.md'), 'utf8')
  const seenFromRoot = guide.replace(/\]\((?!#|https?:)([^)]+)\)/g, (_, link) => `](${posix.join('docs/guide', link)})`)
  const landing = readFileSync(join(import.meta.dirname, 'landing.md'), 'utf8')
  write(
    target,
    'index.md',
    landing.replace('LATE_OFFLINE\n', () => seenFromRoot),
  )
}

/** HTML is shown as text: what is between signs in a page is a parameter. */
const withoutComments = (text) => text.replace(/^<!--.*-->\n/gm, '')

/** The forms of the general commands are one table: a page for each transcript that shows them. */
function splitForms(target) {
  const folder = join('docs', 'reference', 'requirements')
  const text = readFileSync(join(target, folder, 'general-forms.md'), 'utf8')
  const at = text.indexOf('| <a id=')
  const head = text.slice(text.lastIndexOf('\n\n', at), at)
  const pages = new Map()
  let name = 'others'
  for (const row of text.slice(at).split('\n').filter(Boolean)) {
    name = /\[general-([a-z]+)\.at\]/.exec(row)?.[1] ?? name
    pages.set(name, [...(pages.get(name) ?? []), row])
  }
  for (const [title, rows] of pages)
    write(
      target,
      join(folder, `general-forms-${title}.md`),
      `# Forms of the general commands: ${title}\n${head}${rows.join('\n')}\n`,
    )
  const links = [...pages].map(([title, rows]) => `- [${title}](general-forms-${title}.md): ${rows.length}`)
  write(target, join(folder, 'general-forms.md'), `${text.slice(0, at - head.length)}\n\n${links.join('\n')}\n`)
}

/** From the page of all result codes: one for each, under the line that a terminal shows. */
function writeCodes(target) {
  const folder = join('docs', 'reference', 'codes')
  const text = readFileSync(join(target, 'docs', 'reference', 'error-codes.md'), 'utf8')
  const [opening, ...sections] = text.split(/^(?=## <a id="(?:err|cause)-\d+">)/m)
  const given = opening
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .join('\n')
  const pages = sections.map((section) => codePage(section, given))
  for (const { id, page } of pages) write(target, join(folder, `${id}.md`), page)
  const links = pages.map(({ id, title }) => `- [${title}](${id}.md)`)
  write(
    target,
    join(folder, 'index.md'),
    `---\nsearch: false\n---\n\n# Result codes, one by one\n\n${links.join('\n')}\n`,
  )
}

function codePage(section, given) {
  const [, id, kind, code, heading] = /^## <a id="((err|cause)-(\d+))"><\/a>(.*)$/m.exec(section)
  const meaning = heading.slice(heading.indexOf(': ') + 2)
  const title = `${shownLines(section, kind, code)}: ${meaning}`
  const body = withHeadings(section.slice(section.indexOf('\n') + 1).trim())
    .replace(/\]\((?!#|https?:)/g, '](../')
    .replace(/\]\(#((?:err|cause)-\d+)\)/g, ']($1.md)')
  return {
    id,
    title,
    page: `# ${title}\n\n${body}\n\n${faultsFor(section, kind, code)}## How to read it\n\n${given.replace(/\]\((?!#|https?:)/g, '](../')}\n\n[All codes](index.md)\n`,
  }
}

/** The table of what it means, then the ways to it, each with what a log shows. */
function withHeadings(body) {
  const [first, ...rest] = body.split('\n\n')
  const scenes = '## What a log shows, and how to get it'
  if (!first.startsWith('| ')) return `${scenes}\n\n${body}`
  const causes = rest[0]?.startsWith('Causes that ') ? [rest.shift()] : []
  return ['## What it means, and what to do', first, ...causes, scenes, ...rest].join('\n\n')
}

const codedCommands = ['START', 'STOP', 'ACCQ', 'REL', 'CONNECT', 'DISC', 'TOPIC', 'PAYLOAD', 'PUB', 'SUB', 'UNSUB']

/** Faults that its scenes name, and the one that gives any command any code. */
function faultsFor(section, kind, code) {
  const named = new Set([...section.matchAll(/The fault `([\w-]+)`/g)].map(([, name]) => name))
  named.delete('error-code')
  const command = codedCommands.find((name) => section.includes(`\`CMQTT${name}\``)) ?? 'PUB'
  const lines = [...named].map((name) => `- \`${name}\`: \`atmqtt faults ${name}\` shows its parameters.`)
  if (kind === 'err' && code !== '0') {
    const example = `atmqtt ctl fault error-code '{"command":"${command}","code":${code}}'`
    lines.push(`- \`error-code\` fails any MQTT command with it: \`${example}\``)
  }
  const title = '## Faults that provoke it'
  return lines.length === 0 ? '' : `${title}\n\n${lines.join('\n')}\n\n[All faults](../faults.md).\n\n`
}

/** `+CMQTTCONNECT: 0,32`, as its scenes have it; up to three commands. */
function shownLines(section, kind, code) {
  if (kind === 'cause') return `\`+CMQTTCONNLOST: 0,${code}\``
  const played = [...section.matchAll(/^< (\+CMQTT\w+: (?:\d,)?(\d+))$/gm)].filter(([, , last]) => last === code)
  const named = [...section.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`(CMQTT\w+)`/g)])
  const lines = [...played.map(([, line]) => line), ...named.map(([, name]) => `+${name}: 0,${code}`)]
  const first = new Map(lines.map((line) => [line.split(':')[0], line]))
  const shown = [...first.values()].slice(0, 3)
  return shown.length > 0 ? shown.map((line) => `\`${line}\``).join(', ') : `\`<err>\` ${code}`
}
