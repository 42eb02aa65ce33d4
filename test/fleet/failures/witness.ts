import { type Program, startProgram } from './programs.ts'

/** Sequence numbers of incarnation n are n times this, and above. */
const sequencesEach = 1_000_000_000

/** A message of a module, as a subscriber that is not ours heard it. */
export interface Heard {
  readonly module: number
  readonly sequence: number
  readonly incarnation: number
  /** ms of this process. */
  readonly at: number
}

/** mosquitto_sub, which knows nothing of the run: hears all that its modules publish. */
export class Witness {
  readonly #program: Program

  constructor(host: string, port: number, namespace?: string) {
    const command = ['mosquitto_sub', '-h', host, '-p', String(port), '-i', `witness-${process.pid}`, '-c', '-q', '1']
    this.#program = startProgram([...command, '-t', 'fleet/#', '-F', '%p'], namespace)
  }

  close(): void {
    this.#program.child.kill()
  }

  heard(run: string): readonly Heard[] {
    return this.#program.lines.flatMap(({ at, text }) => {
      const [, of, module, sequence] = /^atmqtt:([\w-]+):(\d+):(\d+):/.exec(text) ?? []
      if (of !== run) return []
      return [
        {
          at,
          module: Number(module),
          sequence: Number(sequence),
          incarnation: Math.floor(Number(sequence) / sequencesEach),
        },
      ]
    })
  }
}
