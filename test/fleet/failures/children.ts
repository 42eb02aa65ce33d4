import { execFileSync } from 'node:child_process'
import type { Program } from './programs.ts'

/** Processes that it has started, and that are still there. */
export function childrenOf({ child }: Program): readonly number[] {
  try {
    const text = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'latin1' })
    return text.trim().split(/\s+/).map(Number)
  } catch {
    return []
  }
}
