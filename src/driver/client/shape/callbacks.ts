/** MQTT.js takes a callback in place of options, and `null` in place of either. */
export function optionsAnd<O, C>(options: unknown, callback: C | null | undefined): [O | undefined, C | undefined] {
  const done = typeof options === 'function' ? (options as C) : callback
  return [typeof options === 'object' && options !== null ? (options as O) : undefined, done ?? undefined]
}

/** The arguments of `end`, each of which may be missing. */
export function endArguments<C>(force: unknown, options: unknown, callback: unknown): [boolean, C | undefined] {
  const found = [force, options, callback].find((argument) => typeof argument === 'function')
  return [force === true, found as C | undefined]
}
