import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode, errorText, SetupError } from '../../setup-error.ts'

/** A stable name that this process owns. */
export interface PtyLink {
  /** Makes the name point to `target`, in one step: nobody ever finds it missing. What took its place is left alone. */
  point(target: string): void
  /** Removes the symlink, unless somebody has made it point elsewhere, and gives the name up. */
  release(): void
}

/**
 * Claims `path` for a symlink to a PTY. Who owns a name is told by the kernel, not by files: the owner holds a socket
 * in Linux' abstract namespace that is named after the path. It leaves no litter, goes with the process however that
 * ends, and no reused process or PTY number can feign it. A symlink of ours without such an owner is stale and replaced;
 * so is anybody's that leads to a PTY which is gone. Every other one belongs to somebody else and is refused, as is what
 * is no symlink. The symlink is also removed when the process exits.
 */
export async function claimLink(path: string): Promise<PtyLink> {
  const place = absolute(path)
  refuseOther(place)
  const owner = await own(place)
  return new OwnedLink(place, owner)
}

class OwnedLink implements PtyLink {
  readonly #path: string
  readonly #owner: Server
  #target: string | undefined

  constructor(path: string, owner: Server) {
    this.#path = path
    this.#owner = owner
    if (links.size === 0) process.on('exit', removeAll)
    links.add(this)
  }

  point(target: string): void {
    if (this.#isTaken()) return
    refuseOther(this.#path)
    const temporary = join(dirname(this.#path), `.${basename(this.#path)}.${process.pid}`)
    try {
      rmSync(temporary, { force: true })
      symlinkSync(marked(target), temporary)
      renameSync(temporary, this.#path)
    } catch (error) {
      throw linkError(error, this.#path)
    }
    this.#target = marked(target)
  }

  /** Somebody has put something else where ours was: they keep it. */
  #isTaken(): boolean {
    const isThere = lstatSync(this.#path, { throwIfNoEntry: false }) !== undefined
    return this.#target !== undefined && isThere && linkTarget(this.#path) !== this.#target
  }

  release(): void {
    this.remove()
    this.#owner.close()
    links.delete(this)
    if (links.size === 0) process.off('exit', removeAll)
  }

  remove(): void {
    if (this.#target !== undefined && linkTarget(this.#path) === this.#target) unlinkSync(this.#path)
    this.#target = undefined
  }
}

const links = new Set<OwnedLink>()

function removeAll(): void {
  for (const link of links) link.remove()
}

/** The same for every way to write the name: the folder's symlinks are followed, the last part is the link itself. */
function absolute(path: string): string {
  if (path === '') throw new SetupError('invalid', 'The PTY has no name: give a path such as /tmp/ttyAT0.')
  try {
    return join(realpathSync(dirname(resolve(path))), basename(resolve(path)))
  } catch (error) {
    throw linkError(error, path)
  }
}

/** `/dev/pts/./5` leads where `/dev/pts/5` does, and tells that it was made here, also when its PTY is another's by now. */
const marked = (target: string): string => target.replace(/^\/dev\/pts\//, '/dev/pts/./')

function refuseOther(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSymbolicLink())
    throw new SetupError('inUse', `${path} exists and is no symlink: remove it yourself or choose another path.`)
  const target = linkTarget(path)
  if (target !== undefined && !isStale(target))
    throw new SetupError(
      'inUse',
      `${path} is a symlink to ${target} that is not of atmqtt: remove it yourself or choose another path.`,
    )
}

const isStale = (target: string): boolean =>
  /^\/dev\/pts\/\.\/\d+$/.test(target) || (/^\/dev\/pts\/\d+$/.test(target) && !existsSync(target))

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function own(path: string): Promise<Server> {
  const name = createHash('sha256').update(path).digest('hex')
  return new Promise((done, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error) => reject(linkError(error, path)))
    server.listen(`\0atmqtt-pty-${name}`, () => done(server))
    server.unref()
  })
}

function linkError(error: unknown, path: string): SetupError {
  const folder = dirname(path)
  if (!existsSync(folder))
    return new SetupError('missing', `There is no folder ${folder}: make it or choose another path.`, error)
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new SetupError(
        'inUse',
        `${path} belongs to another running atmqtt: stop that one or choose another path.`,
        error,
      )
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SetupError(
        'denied',
        `${path} can't be made by this user: choose a folder you may write to, such as /tmp.`,
        error,
      )
    default:
      return new SetupError('invalid', `${path} can't be made (${errorText(error)}): choose another path.`, error)
  }
}
