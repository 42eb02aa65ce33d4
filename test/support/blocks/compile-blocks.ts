import { join, relative } from 'node:path'
import ts from 'typescript'
import { around } from './assumptions.ts'
import type { Block } from './read-blocks.ts'
import type { Stage } from './stage.ts'

const options = {
  target: 'ES2023',
  lib: ['ES2023', 'ESNext.Disposable'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  noImplicitAny: false,
  allowJs: true,
  checkJs: true,
  skipLibCheck: true,
  rootDir: '.',
  outDir: 'built',
}

export const isProgram = ({ language }: Block): boolean => language === 'ts' || language === 'js'

/** What is run in the place of a program of a page: its name and its text, with what the page leaves to the reader. */
export const sourceName = ({ language, line, file, text }: Block): string =>
  file ?? `block-${line}${text.includes("vitest'") ? '.test' : ''}.${language}`

/**
 * Checks the types of the programs of a page against the built package, all at once, and compiles them. Gives what the
 * compiler says, `''` when all is well. The programs are then in `built`.
 */
export function compile(blocks: readonly Block[], stage: Stage): string {
  const files = blocks.map((block) => stage.write(sourceName(block), stage.here(completed(block))))
  const json = { compilerOptions: options, files: files.map((file) => relative(stage.folder, file)) }
  const config = ts.parseJsonConfigFileContent(json, ts.sys, stage.folder)
  const program = ts.createProgram(config.fileNames, config.options, hostFor(stage.folder, config.options))
  const found = [...config.errors, ...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics]
  return ts.formatDiagnostics(found, {
    getCurrentDirectory: () => stage.folder,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  })
}

/** Files of packages as they were read for the first page: they take most of the time. */
const readBefore = new Map<string, ts.SourceFile | undefined>()

function hostFor(folder: string, compilerOptions: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(compilerOptions)
  const read: ts.CompilerHost['getSourceFile'] = (name, ...how) => {
    if (name.startsWith(folder)) return host.getSourceFile(name, ...how)
    if (!readBefore.has(name)) readBefore.set(name, host.getSourceFile(name, ...how))
    return readBefore.get(name)
  }
  return { ...host, getSourceFile: read, getCurrentDirectory: () => folder }
}

export const builtFile = (block: Block, stage: Stage): string =>
  join(stage.folder, 'built', sourceName(block).replace(/\.ts$/, '.js'))

function completed({ page, text }: Block): string {
  const found = around.find((each) => each.page === page && text.includes(each.has))
  return [found?.before, text, found?.after].filter((each) => each !== undefined).join('\n')
}
