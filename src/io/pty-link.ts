import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode, errorText, SetupError } from './setup-error.ts'

/** A stable name that this process owns. */
export interface PtyLink {
  /** Makes the name point to `target`, in one step: nobody ever finds it missing. */
  point(target: string): void
  /** Removes the symlink, unless somebody has made it point elsewhere, and gives the name up. */
  release(): void
}

/**
 * Claims `path` for a symlink to a PTY. Who owns a name is told by the kernel, not by files: the owner holds a socket
 * in Linux' abstract namespace that is named after the path. It leaves no litter, goes with the process however that
 * ends, and no reused process or PTY number can feign it. So a symlink without such an owner is stale and replaced,
 * whatever it points to. What is no symlink is never replaced. The symlink is also removed when the process exits.
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
    refuseOther(this.#path)
    const temporary = join(dirname(this.#path), `.${basename(this.#path)}.${process.pid}`)
    try {
      rmSync(temporary, { force: true })
      symlinkSync(target, temporary)
      renameSync(temporary, this.#path)
    } catch (error) {
      throw linkError(error, this.#path)
    }
    this.#target = target
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

function refuseOther(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === false) {
    throw new SetupError('inUse', `${path} exists and is no symlink: remove it yourself or choose another path.`)
  }
}

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
