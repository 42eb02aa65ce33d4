/** Whether a topic fits a filter with `+` and `#`; wildcards in front do not reach topics that begin with `$`. */
export function fitsFilter(topic: string, filter: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false
  const [levels, wanted] = [topic.split('/'), filter.split('/')]
  for (const [i, part] of wanted.entries()) {
    if (part === '#') return true
    if (i >= levels.length || (part !== '+' && part !== levels[i])) return false
  }
  return levels.length === wanted.length
}
