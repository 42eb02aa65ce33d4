import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { bytesOf, textOf } from '../../src/at/public.ts'
import { openPty } from '../../src/io/transports/pty/pty.ts'
import { bin } from './cli.ts'
import { until } from './until.ts'

/** What a terminal of so many columns shows, row by row, when these characters were written to it. */
export function shownRows(written: string, columns: number): readonly string[] {
  const rows: string[][] = [[]]
  let [row, column] = [0, 0]
  const at = (wanted: number): string[] => {
    while (rows.length <= wanted) rows.push([])
    return rows[wanted]!
  }
  for (const [token, count, command] of written.matchAll(/\x1b\[(\d*)([A-Z])|[\s\S]/g)) {
    const n = Number(count || 1)
    if (command === 'A') row = Math.max(0, row - n)
    else if (command === 'B') row += n
    else if (command === 'C') column += n
    else if (command === 'D') column = Math.max(0, column - n)
    else if (command === 'G') column = n - 1
    else if (command === 'J' || command === 'K') {
      at(row).length = Math.min(at(row).length, column)
      if (command === 'J') rows.length = row + 1
    } else if (token === '\r') column = 0
    else if (token === '\n') row++
    else {
      if (column === columns) [row, column] = [row + 1, 0]
      at(row)[column++] = token!
    }
  }
  return rows.map((cells) => Array.from(cells, (cell) => cell ?? ' ').join(''))
}

/** `atmqtt` with a person at a terminal, here a PTY. */
export class Screen {
  readonly ended: Promise<number | null>
  #seen = ''
  readonly #columns: number
  readonly #write: (keys: string) => void

  private constructor(columns: number, child: ChildProcess, write: (keys: string) => void, close: () => Promise<void>) {
    this.#columns = columns
    this.#write = write
    this.ended = new Promise((resolve) => child.once('exit', (code) => void close().then(() => resolve(code))))
  }

  static async open(args: readonly string[], path: string, columns = 80): Promise<Screen> {
    const end = await openPty({ path })
    let screen: Screen | undefined
    end.start({
      data(bytes) {
        if (screen) screen.#seen += textOf(bytes)
      },
    })
    const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
    execFileSync('stty', ['opost', 'onlcr', 'rows', '24', 'cols', String(columns)], { stdio: [fd, 'ignore', 'ignore'] })
    const env = { ...process.env, TERM: 'xterm' }
    const child = spawn(process.execPath, [bin, ...args], { stdio: [fd, fd, fd], env })
    screen = new Screen(
      columns,
      child,
      (keys) => end.write(bytesOf(keys)),
      async () => {
        closeSync(fd)
        await end.close()
      },
    )
    return screen
  }

  get rows(): readonly string[] {
    return shownRows(this.#seen, this.#columns)
  }

  press(keys: string): void {
    this.#write(keys)
  }

  /** Types, and waits for what is shown. */
  async type(keys: string, shown: RegExp): Promise<void> {
    this.press(keys)
    await this.shows(shown)
  }

  async shows(shown: RegExp): Promise<void> {
    const look = () => shown.test(this.rows.join('\n'))
    await until(look, String(shown), 40_000).catch((error: Error) => {
      throw new Error(`${error.message}; the screen shows\n${this.rows.join('\n')}`)
    })
  }
}
