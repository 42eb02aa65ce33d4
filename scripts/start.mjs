// `npm start -- ARGS`: `atmqtt module ARGS`, installed and built first.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureRunnable, root } from './ensure.mjs'

ensureRunnable()
const bin = join(root, 'dist', 'cli', 'main.js')
const child = spawn(process.execPath, [bin, 'module', ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)))
