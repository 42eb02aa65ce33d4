import { spawnSync } from 'node:child_process'
import { runSize } from '../size/size.ts'
import { killAtRandom } from './failures.ts'
import { tryNetworks } from './namespaces.ts'
import { hosts, makeNetwork, removeNetwork } from './network.ts'

/** `failures ROUNDS SEED`, `namespaces [short]`, `size NAME [MODULES]`. The exit code: 0 when all was right. */
async function main([what, ...rest]: readonly string[]): Promise<number> {
  if (what === 'failures') return Math.min(1, await killAtRandom(Number(rest[0]), Number(rest[1])))
  if (what === 'size') return runSize(rest[0] ?? '', rest[1] ? Number(rest[1]) : undefined)
  const isShort = rest.includes('short')
  if (what === 'inside') return Math.min(1, await tryNetworks(isShort))
  const refusal = makeNetwork()
  if (refusal !== undefined) {
    process.stdout.write(`Not tried: ${refusal}.\n`)
    return 0
  }
  try {
    return inHub(isShort)
  } finally {
    removeNetwork()
  }
}

function inHub(isShort: boolean): number {
  const again = [process.execPath, process.argv[1]!, 'inside', ...(isShort ? ['short'] : [])]
  const { status } = spawnSync('ip', ['netns', 'exec', hosts.hub.namespace, ...again], {
    stdio: 'inherit',
    env: { ...process.env, ATMQTT_NETWORK: String(process.pid) },
  })
  return status ?? 1
}

process.exit(await main(process.argv.slice(2)))
