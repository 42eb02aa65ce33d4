import { join } from 'node:path'
import { filesIn, fileText, linkTarget, realPath } from './system-files.ts'

/** A program that has a port open. */
export interface PortHolder {
  readonly pid: number
  /** As the system knows it: `ModemManager`, `picocom`, `node`. */
  readonly name: string
}

/**
 * Who has a port open, but this process: what Linux tells in `/proc` of the processes that this user may look into;
 * elsewhere nobody. `suspect`: ModemManager runs and may not be looked into; it takes modems as they are plugged in.
 */
export interface PortHolders {
  readonly holders: readonly PortHolder[]
  readonly suspect?: PortHolder
}

/** `root`: in front of `/proc`; for tests. */
export function holdersOf(path: string, root = ''): PortHolders {
  if (!path.startsWith('/')) return { holders: [] }
  const device = realPath(path) ?? path
  const proc = join(root, '/proc')
  const holders: PortHolder[] = []
  let suspect: PortHolder | undefined
  for (const pid of (filesIn(proc) ?? []).filter((name) => /^\d+$/.test(name)).map(Number)) {
    if (pid === process.pid) continue
    const folder = join(proc, String(pid))
    const open = openFiles(folder)
    if (open === undefined && nameOf(folder) === modemManager) suspect = { pid, name: modemManager }
    if (open?.includes(device) && !isOtherEnd(folder, device)) holders.push({ pid, name: nameOf(folder) })
  }
  return { holders, ...(suspect && { suspect }) }
}

const modemManager = 'ModemManager'

/** Undefined: this user may not see them. */
const openFiles = (folder: string): readonly string[] | undefined =>
  filesIn(join(folder, 'fd'))?.flatMap((fd) => linkTarget(join(folder, 'fd', fd)) ?? [])

/** Whoever has the master of a PTY is no user of its port, and may have that open all the same. */
function isOtherEnd(folder: string, device: string): boolean {
  const [, number] = /^\/dev\/pts\/(\d+)$/.exec(device) ?? []
  if (number === undefined) return false
  const infos = filesIn(join(folder, 'fdinfo')) ?? []
  const isMaster = new RegExp(`^tty-index:\\s*${number}$`, 'm')
  return infos.some((fd) => isMaster.test(fileText(join(folder, 'fdinfo', fd)) ?? ''))
}

const nameOf = (folder: string): string => fileText(join(folder, 'comm')) ?? 'a program'

const remedy = (name: string): string =>
  name === modemManager
    ? 'stop it (systemctl stop ModemManager), or set ID_MM_DEVICE_IGNORE for the device'
    : 'end that program, or give another port'

/** For a port that opens all the same: another program has it without locking it. Undefined: nobody is known to. */
export function openBeside(path: string): string | undefined {
  const { holders } = holdersOf(path)
  return holders.length === 0 ? undefined : `${path} is also open in ${holderText({ holders })}.`
}

/** `picocom (process 1234)`, with what to do about it; undefined: nobody is known. */
export function holderText({ holders, suspect }: PortHolders): string | undefined {
  const [first, ...others] = holders
  if (first !== undefined) {
    const all = [first, ...others].map(({ pid, name }) => `${name} (process ${pid})`).join(' and ')
    return `${all}: ${remedy(first.name)}`
  }
  return suspect && `perhaps ${suspect.name} (process ${suspect.pid}): ${remedy(suspect.name)}`
}
