// `npm run compat -- ARGS`: programs that were written for MQTT.js do on the driver what they do on MQTT.js. They are
// installed into .cache/compat, where `mqtt` is replaced; ARGS go to vitest.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, root, run, tool } from './ensure.mjs'

const source = join(root, 'test', 'compat')
const packages = join(source, 'install')
const folder = join(root, '.cache', 'compat')
const modules = join(folder, 'node_modules')
const stamp = join(modules, '.atmqtt-installed')
const packageFiles = ['package.json', 'package-lock.json', '.npmrc']

ensureBuilt()
install()
replaceMqtt()
rmSync(join(folder, 'programs'), { recursive: true, force: true })
cpSync(join(source, 'programs'), join(folder, 'programs'), { recursive: true })
const args = ['run', '--config', join('test', 'compat', 'vitest.config.ts'), ...process.argv.slice(2)]
const result = spawnSync(tool('vitest'), args, { cwd: root, stdio: 'inherit' })
process.exit(result.status ?? 1)

function install() {
  const hash = createHash('sha256')
  for (const name of packageFiles) hash.update(readFileSync(join(packages, name)))
  const wanted = `${process.version} ${hash.digest('hex')}`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  process.stderr.write('atmqtt: installing programs for MQTT.js (npm ci in .cache/compat)\n')
  mkdirSync(folder, { recursive: true })
  for (const name of packageFiles) cpSync(join(packages, name), join(folder, name))
  run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: folder, shell: process.platform === 'win32' })
  renameSync(join(modules, 'mqtt'), join(modules, 'mqttjs'))
  writeFileSync(stamp, wanted)
}

/** `mqtt` is the driver, on the condition `mqttjs` MQTT.js, which is the package `mqttjs`; `atmqtt` is this checkout. */
function replaceMqtt() {
  const mqtt = join(modules, 'mqtt')
  rmSync(mqtt, { recursive: true, force: true })
  mkdirSync(join(mqtt, 'build'), { recursive: true })
  cpSync(join(source, 'shim', 'index.js'), join(mqtt, 'build', 'mqtt.js'))
  writeFileSync(join(mqtt, 'mqttjs.cjs'), "module.exports = require('mqttjs')\n")
  const { version } = JSON.parse(readFileSync(join(modules, 'mqttjs', 'package.json'), 'utf8'))
  const exports = { '.': { mqttjs: './mqttjs.cjs', default: './build/mqtt.js' } }
  writeFileSync(join(mqtt, 'package.json'), JSON.stringify({ name: 'mqtt', version, type: 'module', exports }))
  // MQTT.js's own programs find it by a path.
  for (const own of [join('build', 'bin'), 'help'])
    cpSync(join(modules, 'mqttjs', own), join(mqtt, own), { recursive: true })
  writeFileSync(join(mqtt, 'build', 'bin', 'package.json'), JSON.stringify({ type: 'commonjs' }))
  rmSync(join(modules, 'atmqtt'), { force: true })
  symlinkSync(root, join(modules, 'atmqtt'), 'junction')
}
