import type { SettingNames } from '../../launch/launch-settings.ts'

const optionOf = (setting: string): string => `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** How the settings are called on the command line. */
export const cliNames: SettingNames = { of: optionOf, with: (setting, value) => `${optionOf(setting)} ${value}` }
