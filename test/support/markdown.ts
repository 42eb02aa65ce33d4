import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'

const root = new URL('../../', import.meta.url)

const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

interface PackageFile {
  readonly files: readonly string[]
}

/** What npm packs whatever `files` says. */
const always = ['README.md', 'LICENSE', 'package.json']

/** Whether a path of the repository is in the package. */
export function isPacked(path: string): boolean {
  const { files } = JSON.parse(read('package.json')) as PackageFile
  return [...always, ...files].some((each) => path === each || path.startsWith(`${each}/`))
}

const folders = ['docs', 'conformance', 'bench', 'examples']

/** The pages that people read, as paths of the repository. */
export function markdownPages(): readonly string[] {
  const top = readdirSync(root, 'utf8')
  const below = folders.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((path) => posix.join(folder, path)),
  )
  return [...top, ...below].filter((path) => path.endsWith('.md')).sort()
}

/** What is wrong with the relative links of a page: sentences. */
export function brokenLinks(path: string, text = read(path)): readonly string[] {
  return linksOf(text).flatMap((link) => {
    const problem = problemOf(path, link, text)
    return problem === undefined ? [] : [`${path}: ${link} ${problem}`]
  })
}

/** Files and folders of the repository that a page names in code and that are not there. `NAME` and `*` stand for something. */
export function missingPaths(path: string, text = read(path)): readonly string[] {
  const named = [...text.matchAll(/`((?:src|test|scripts|conformance|docs|bench|examples|\.ci)\/[\w./-]*\w)`/g)]
  return named.map(([, each]) => each!).filter((each) => !/[A-Z]{4}/.test(each) && !existsSync(new URL(each, root)))
}

/** The targets of the links of a page, but for addresses. Code is no text. */
const linksOf = (text: string): readonly string[] =>
  [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter((to) => !/^[a-z]+:/.test(to))

const proseOf = (text: string): string => text.replace(/^(```+)[\s\S]*?^\1$/gm, '').replace(/(`+)(?!`).+?\1(?!`)/g, '')

function problemOf(from: string, link: string, text: string): string | undefined {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? from : posix.join(posix.dirname(from), path)
  const problem = target === from ? undefined : fileProblem(from, target)
  if (problem !== undefined || anchor === undefined) return problem
  return anchorsOf(target === from ? text : read(target)).has(anchor) ? undefined : 'names an anchor that is not there'
}

function fileProblem(from: string, target: string): string | undefined {
  if (target.startsWith('../') || !existsSync(new URL(target, root))) return 'leads nowhere'
  if (statSync(new URL(target, root)).isDirectory()) return 'leads to a folder'
  return isPacked(from) && !isPacked(target) ? 'leads to a file that is not in the package' : undefined
}

/** Headings as GitHub names them, and `<a id="…">`. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replace(/^(```+)[\s\S]*?^\1$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!)
  const found = new Set<string>([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!))
  for (const heading of headings) {
    const slug = slugOf(heading)
    let name = slug
    for (let n = 1; found.has(name); n++) name = `${slug}-${n}`
    found.add(name)
  }
  return found
}

const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/\]\([^)]*\)/g, '')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
