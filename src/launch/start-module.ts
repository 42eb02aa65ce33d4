import { checkSettings } from './launch-settings.ts'
import { openModule } from './open-module.ts'
import type { RunningModule } from './running-module.ts'
import { optionNames, readStartOptions, type StartOptions } from './start-options.ts'

/**
 * Starts a virtual module, as `atmqtt module` does; resolves when everything is open. Rejects with a `UsageError` for an
 * option that can't be used, and with a `SetupError` for what can't be opened. One process may have many.
 */
export async function startModule(options: StartOptions = {}): Promise<RunningModule> {
  const settings = await readStartOptions(options)
  checkSettings(settings, optionNames)
  return openModule(settings, optionNames)
}
