import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Cli, watch } from '../cli.ts'

const isThere = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))

/** Why comparisons with mosquitto's own tools can't run here. In CI a missing one fails instead. */
export const clientsMissing = ['mosquitto_pub', 'mosquitto_sub'].every(isThere) ? undefined : missing()

function missing(): string {
  const sentence = 'mosquitto_pub and mosquitto_sub are not installed: apt-get install mosquitto-clients'
  if (process.env.CI) throw new Error(sentence)
  return sentence
}

/** A started `mosquitto_sub` or `mosquitto_pub`, with what it has printed so far. */
export const startTool = (name: string, args: readonly string[]): Cli => watch(spawn(name, args))
