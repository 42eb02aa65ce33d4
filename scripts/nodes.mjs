// `npm run nodes -- [VERSION…]`: the whole suite with the newer versions of Node that tools/nodes brings (Linux x64);
// without a version: with each of them.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, ensureTools, root, tool } from './ensure.mjs'

/** More than twice what it takes on two cores that do nothing else. */
const limitMs = 1_200_000
const folder = join(root, 'tools', 'nodes', 'node_modules')

/** The environment in which `node` is a version of tools/nodes. A version that is not there ends the process. */
export function nodeEnvironment(version) {
  ensureTools('nodes')
  const bin = join(folder, `node-${version}`, 'bin')
  if (!existsSync(bin)) {
    process.stderr.write(
      `atmqtt: tools/nodes has no Node ${version}: it has ${versions().join(' and ')}, for Linux x64.\n`,
    )
    process.exit(2)
  }
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
}

function versions() {
  return readdirSync(folder).flatMap((name) => /^node-(\d+)$/.exec(name)?.[1] ?? [])
}

function suitePasses(env) {
  process.stderr.write(
    `atmqtt: the suite with Node ${spawnSync('node', ['--version'], { env, encoding: 'utf8' }).stdout}`,
  )
  const { status, error } = spawnSync(tool('vitest'), ['run'], { cwd: root, stdio: 'inherit', env, timeout: limitMs })
  if (error) process.stderr.write(`atmqtt: the suite did not end (${error.message}).\n`)
  return status === 0
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureBuilt()
  ensureTools('browser')
  ensureTools('nodes')
  const asked = process.argv.slice(2)
  const environments = (asked.length > 0 ? asked : versions()).map(nodeEnvironment)
  // All of them, so that one run tells what fails where.
  process.exitCode = environments.map(suitePasses).every(Boolean) ? 0 : 1
}
