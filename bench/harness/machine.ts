import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'

/** What the numbers were measured on. */
export function machineFacts(): readonly string[] {
  const processors = cpus()
  const memory = (totalmem() / 2 ** 30).toFixed(0)
  return [
    `${processors[0]?.model.trim() ?? 'an unknown processor'}, ${processors.length} cores, ${memory} GiB`,
    `${type()} ${release()}, Node ${process.version}, OpenSSL ${process.versions.openssl}`,
  ]
}

/** Node raises its own limit to the hard one. */
export function openFilesLimit(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim()
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit)
}
