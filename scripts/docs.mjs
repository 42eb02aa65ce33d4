// `npm run docs`: the documentation as a static site, in .cache/site/out, with "Explain my log", a page that also works
// alone. `-- --serve [--port N]` shows it on 127.0.0.1, `-- --test` tries it in Chromium.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureInstalled, ensureTools, root, run, tool } from './ensure.mjs'

const options = { serve: { type: 'boolean' }, test: { type: 'boolean' }, port: { type: 'string', default: '4173' } }
const { serve, test, port } = readArguments()
const site = join(root, 'tools', 'site')

ensureTools('site')
const { stage } = await import('../tools/site/stage.mjs')
const pages = join(root, '.cache', 'site', 'pages')
stage(root, pages)
const { buildExplainPage } = await import('../tools/site/explain/build.mjs')
await buildExplainPage(join(pages, 'public', 'explain-my-log.html'))
process.stderr.write('atmqtt: building the site\n')
// Links to transcripts and to files of examples lead to files, not to pages.
run(tool('vitepress', 'site'), ['build', site], {
  env: { ...process.env, VITE_EXTRA_EXTENSIONS: 'at,c,cpp,h,ini,py,resc,robot,sh' },
})
console.log(join('.cache', 'site', 'out', 'index.html'))
if (serve) {
  const args = ['preview', site, '--port', port, '--host', '127.0.0.1']
  const server = spawn(tool('vitepress', 'site'), args, { stdio: 'inherit' })
  // Ctrl-C reaches it anyway; who ends this process alone ends it, too.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill('SIGTERM'))
}
if (test) {
  ensureInstalled()
  ensureTools('browser')
  const args = ['run', '--config', join('tools', 'site', 'vitest.config.ts')]
  process.exitCode = spawnSync(tool('vitest'), args, { cwd: root, stdio: 'inherit' }).status ?? 1
}

function readArguments() {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    process.stderr.write(`docs: ${error.message}\n`)
    process.exit(2)
  }
}
