import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { root } from '../cli.ts'

/** A fenced block of a page. */
export interface Block {
  /** A path of the repository. */
  readonly page: string
  /** Of its first fence, from 1. */
  readonly line: number
  /** The first word behind the fence; `''` where there is none. */
  readonly language: string
  /** The second word. */
  readonly kind: string
  readonly text: string
  /** The file that the sentence in front of the block names, `NAME.EXT:` in code. */
  readonly file: string | undefined
}

const folders = ['docs', 'examples', 'python']

/** The pages whose blocks people copy. */
export function pagesWithBlocks(): readonly string[] {
  const below = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => posix.join(folder, path)),
  )
  const pages = [...below.filter((path) => path.endsWith('.md')), 'README.md', 'CONTRIBUTING.md'].sort()
  return pages.filter((page) => blocksOf(page).length > 0)
}

export function blocksOf(page: string, text = readFileSync(join(root, page), 'utf8')): readonly Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; at++) {
    const [, indent, fence, info] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(lines[at]!) ?? []
    if (fence === undefined) continue
    const end = lines.findIndex((line, i) => i > at && line.trim() === fence)
    if (end < 0) throw new Error(`${page}:${at + 1}: the block has no end`)
    const body = lines.slice(at + 1, end).map((line) => line.slice(indent!.length))
    const [language = '', kind = ''] = info!.trim().split(' ')
    const file = fileNamedIn(lines.slice(0, at).findLast((line) => line.trim() !== '') ?? '')
    blocks.push({ page, line: at + 1, language, kind, text: `${body.join('\n')}\n`, file })
    at = end
  }
  return blocks
}

const fileNamedIn = (line: string): string | undefined => /`([\w./-]+\.\w+)`[^`]*:$/.exec(line)?.[1]

/** The commands of a shell block; one that goes on behind a backslash or a pipe is one. */
export const commandsIn = ({ text }: Block): readonly string[] =>
  text
    .replace(/\\\n\s*/g, '')
    .replace(/\|\n\s*/g, '| ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
