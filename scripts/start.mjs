// `npm start -- ARGS`: `atmqtt module ARGS`, installed and built first, with a console unless ARGS say something of one.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureRunnable, root } from './ensure.mjs'

ensureRunnable()
const bin = join(root, 'dist', 'cli', 'main.js')
const args = process.argv.slice(2)
const own = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length)
const asks = own.some((arg) => /^--(?:no-)?console(?:$|=)|^--(?:stdio|help)$/.test(arg))
const page = existsSync(join(root, 'dist', 'console', 'page', 'index.html'))
const child = spawn(process.execPath, [bin, 'module', ...(asks || !page ? [] : ['--console']), ...args], {
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)))
