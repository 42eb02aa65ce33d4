import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openPty } from '../../../src/io/transports/pty/pty.ts'
import { type RunningModule, startModule } from '../../../src/launch/public.ts'
import { root } from '../cli.ts'
import { freePort } from '../free-port.ts'
import { type Place, pageFiles, readersFiles, substitutions } from './assumptions.ts'

/** Where the blocks of one page run: a folder of its own with what the page assumes, and a module. */
export interface Stage {
  readonly folder: string
  readonly module: RunningModule
  readonly env: Readonly<Record<string, string>>
  /** The text with what is there in the place of what the page names. */
  readonly here: (text: string) => string
  readonly write: (name: string, text: string) => string
  readonly close: () => Promise<void>
}

/** What a reader types in front of a command leads to the built program; nothing is installed. */
const commands: Readonly<Record<string, string>> = {
  atmqtt: `#!/bin/sh
# Default ports may be taken here.
if [ "$1" = module ]; then
  shift
  case " $* " in *" --tcp "* | *" --no-tcp "*) ;; *) set -- --tcp 127.0.0.1:0 "$@" ;; esac
  case " $* " in *" --broker "* | *" --no-broker "*) ;; *) set -- --broker 127.0.0.1:0 "$@" ;; esac
  set -- module --broker-tls 127.0.0.1:0 "$@"
fi
exec '${process.execPath}' '${join(root, 'bin', 'atmqtt.js')}' "$@"
`,
  npx: '#!/bin/sh\n[ "$1" = --no-install ] && shift\n[ "$1" = atmqtt ] && exec "$@"\nexit 97\n',
  npm: '#!/bin/sh\n[ "$1" = ci ] && exit\n[ "$1" = start ] || exit 97\nshift\n[ "$1" = -- ] && shift\nexec atmqtt module "$@"\n',
  make: '#!/bin/sh\n[ "$1" = host-tests ] && exit\nexec env PATH="$(echo "$PATH" | cut -d: -f2-)" make "$@"\n',
}

/** `server`: HOST:PORT of an MQTT server; the module's broker where there is none. */
export async function openStage(page: string, server: string | undefined): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-blocks-'))
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }
  const executable = (name: string, text: string) => chmodSync(write(name, text), 0o755)
  const options = { tcp: true, broker: true, brokerTls: true, control: true, log: 'error' } as const
  const module = await startModule({ ...options, pty: join(folder, 'ttyUSB2'), seed: 1_804_289_383 })
  const broker = server ?? module.broker!.replace('mqtt://', '')
  const other = await startModule({ pty: join(folder, 'ttyUSB3'), log: 'error' })
  const program = await openPty({ path: join(folder, 'pts') })
  const emulator = `127.0.0.1:${await freePort()}`
  const places: Readonly<Record<Place, string>> = {
    module: module.pty!,
    otherModule: other.pty!,
    programPty: program.address,
    folder,
    moduleTcp: module.tcp!,
    moduleBroker: module.broker!.replace('mqtt://', ''),
    moduleBrokerTls: module.brokerTls!.replace('mqtts://', ''),
    control: module.control!,
    brokerHost: broker.replace(':', ' -p '),
    brokerAddress: broker,
    brokerTls: module.brokerTls!,
    emulator,
    peer: `${emulator}=${emulator}`,
  }
  linkPackages(folder)
  for (const [name, text] of Object.entries(commands)) executable(join('bin', name), text)
  for (const [name, text] of Object.entries(pageFiles[page] ?? {})) write(name, text)
  // The authority of the broker.
  copyFileSync(module.ca!, join(folder, 'ca.pem'))
  for (const [name, text] of Object.entries(readersFiles)) {
    // Node takes no program whose name ends in .sh.
    const file = name.replace('.sh', '.mjs')
    executable(file, text.replaceAll('{broker}', broker))
    if (file !== name) executable(name, `#!/bin/sh\nexec ./${file}\n`)
  }
  return {
    folder,
    module,
    write,
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      HOME: folder,
      TMPDIR: folder,
      NO_COLOR: '1',
      ATMQTT_CONTROL: module.control!,
      ATMQTT_TCP: module.tcp!,
      ATMQTT_PTY: module.pty!,
      LISTEN: emulator.split(':')[1]!,
    },
    here: (text) => {
      const marked = substitutions.reduce((so, [name, place]) => so.replace(name, `\0${place}\0`), text)
      return marked.replace(/\0(\w+)\0/g, (_, place: Place) => places[place])
    },
    close: async () => {
      await Promise.all([module.close(), other.close(), program.close()])
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** A project that has installed atmqtt, and what its pages tell to install. */
function linkPackages(folder: string): void {
  const packages = join(folder, 'node_modules')
  mkdirSync(packages)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  symlinkSync(root, join(packages, 'atmqtt'))
  for (const name of ['vitest', 'serialport', '@types'])
    symlinkSync(join(root, 'node_modules', name), join(packages, name))
}
