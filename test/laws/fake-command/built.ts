import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'tsdown'
import ts from 'typescript'

type Texts = ReadonlyMap<string, string>

/** The sources with other texts for some files, as one bundle that was loaded. */
export async function loadedWith(root: string, texts: Texts): Promise<typeof import('./probe.ts')> {
  const outDir = join(root, '.cache', 'fake-command')
  await build({
    config: false,
    cwd: root,
    entry: { probe: 'test/laws/fake-command/probe.ts' },
    outDir,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    dts: false,
    clean: true,
    fixedExtension: true,
    logLevel: 'silent',
    deps: { skipNodeModulesBundle: true },
    plugins: [{ name: 'other-texts', load: (id) => texts.get(id) }],
  })
  return import(/* @vite-ignore */ pathToFileURL(join(outDir, 'probe.mjs')).href)
}

/** What the compiler says of these files, with other texts for some. */
export function complaintsOf(root: string, files: readonly string[], texts: Texts): readonly string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['x.ts'] }, ts.sys, root)
  const host = ts.createCompilerHost({ ...options, incremental: false })
  const { readFile, fileExists } = host
  host.readFile = (path) => texts.get(path) ?? readFile(path)
  host.fileExists = (path) => texts.has(path) || fileExists(path)
  const { incremental: _, tsBuildInfoFile: __, ...plain } = options
  const program = ts.createProgram([...files], plain, host)
  return files
    .flatMap((file) => program.getSemanticDiagnostics(program.getSourceFile(file)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}
