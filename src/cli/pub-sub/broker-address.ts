import { type HostPort, parseHostPort } from '../addresses.ts'

const ports: Readonly<Record<string, number>> = { mqtt: 1883, tcp: 1883, mqtts: 8883 }

/** `HOST:PORT`, or `mqtt://HOST[:PORT]` with 1883, `mqtts://HOST[:PORT]` with 8883. */
export function parseBroker(option: string): (text: string) => HostPort {
  const parse = parseHostPort(option)
  return (text) => {
    const [, scheme = '', rest = text] = /^(mqtts?|tcp):\/\/(.*?)\/?$/.exec(text) ?? []
    const hasPort = /:\d+$/.test(rest.replace(/^\[[^\]]*\]/, ''))
    return parse(scheme && rest && !hasPort ? `${rest}:${ports[scheme]}` : rest)
  }
}
