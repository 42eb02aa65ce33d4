import type { ServerMessage } from './protocol.ts'

/** Where the frames stand in the template, which the build of the page makes. */
const place = '{frames}'

/**
 * A page that has its rows in it: it opens from a disk, and sends nothing anywhere. `frames`: what a server would send, in
 * its order, rows with all of their bytes.
 */
export function pageWithFrames(template: string, frames: Iterable<ServerMessage>): string {
  const at = template.indexOf(place)
  // `<` would end the element that holds them.
  const json = [...frames].map((frame) => JSON.stringify(frame).replaceAll('<', '\\u003c'))
  return `${template.slice(0, at)}[${json.join(',\n')}]${template.slice(at + place.length)}`
}
