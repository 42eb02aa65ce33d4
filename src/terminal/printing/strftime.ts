const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]
const two = (n: number): string => String(n).padStart(2, '0')
const hour12 = (date: Date): number => date.getHours() % 12 || 12

/** `+0530` */
export function zoneText(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const all = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(all / 60))}${two(all % 60)}`
}

function dayOfYear(date: Date): number {
  const first = Date.UTC(date.getFullYear(), 0, 1)
  return (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - first) / 86_400_000 + 1
}

/** In local time and the C locale, by their letters. */
const fields: Readonly<Record<string, (date: Date) => string>> = {
  a: (date) => days[date.getDay()]!.slice(0, 3),
  A: (date) => days[date.getDay()]!,
  b: (date) => months[date.getMonth()]!.slice(0, 3),
  B: (date) => months[date.getMonth()]!,
  d: (date) => two(date.getDate()),
  e: (date) => String(date.getDate()).padStart(2),
  H: (date) => two(date.getHours()),
  I: (date) => two(hour12(date)),
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  m: (date) => two(date.getMonth() + 1),
  M: (date) => two(date.getMinutes()),
  n: () => '\n',
  N: (date) => `${String(date.getMilliseconds()).padStart(3, '0')}000000`,
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  S: (date) => two(date.getSeconds()),
  t: () => '\t',
  u: (date) => String(date.getDay() || 7),
  w: (date) => String(date.getDay()),
  y: (date) => two(date.getFullYear() % 100),
  Y: (date) => String(date.getFullYear()),
  z: zoneText,
  '@': () => '@',
}

const combined: Readonly<Record<string, string>> = {
  c: '@a @b @e @H:@M:@S @Y',
  D: '@m/@d/@y',
  F: '@Y-@m-@d',
  h: '@b',
  r: '@I:@M:@S @p',
  R: '@H:@M',
  T: '@H:@M:@S',
  x: '@m/@d/@y',
  X: '@H:@M:@S',
}

export const timeLetters: readonly string[] = [...Object.keys(fields), ...Object.keys(combined)]

/** One field of strftime. */
export function timeField(letter: string, date: Date): string {
  const parts = combined[letter]
  if (parts === undefined) return fields[letter]!(date)
  return parts.replace(/@(.)/g, (_, each: string) => fields[each]!(date))
}
