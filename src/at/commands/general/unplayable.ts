/** Why a command can't be played: it switches the line into another mode, or opens connections of its own. */
export type Unplayable = 'mode' | 'connection'

/** Dialling and going back to data (V.25ter), PPP, the multiplexer of 3GPP TS 27.010. */
const modes: readonly string[] = ['D', 'O', '+CGDATA', '+CMUX']
const connections: readonly string[] = ['+CIPOPEN', '+CIPSEND', '+CIPCLOSE', '+CIPSTART', '+SERVERSTART']
/** TCP with TLS, HTTP, FTP, mail, WebSocket. */
const families = /^\+(CCH|HTTP|SHC|CFTPS|CTFTP|SMTP|CSMTPS|CWS|CLBS|FTP)[A-Z]/

/** Real modules have such commands, and an `OK` would promise what does not follow. */
export function unplayable(name: string): Unplayable | undefined {
  if (modes.includes(name)) return 'mode'
  return connections.includes(name) || families.test(name) ? 'connection' : undefined
}
