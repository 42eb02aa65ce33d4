import type { X509Certificate } from 'node:crypto'
import { isRefusedBy, type ReaderTrait, refusalsOf } from '../../at/profiles/certificate-readers.ts'
import type { CertificateReader } from '../../at/profiles/profile.ts'

/** Something that passes here, and that a module of another family refuses. */
export interface Remark {
  /** The same for the same file, or the same certificates of a server. */
  readonly id: string
  readonly sentence: string
}

/** What was found; `what`: a clause about it, `id`: of the file or the certificates. */
export interface Finding {
  readonly trait: ReaderTrait
  readonly what: string
  readonly id: string
  readonly bytes?: number
}

/** Why this module's own reader refuses it; undefined: it does not. */
export function readerFault(reader: CertificateReader | undefined, found: Finding): string | undefined {
  if (!reader || !isRefusedBy(reader, found.trait, found.bytes)) return undefined
  return `${found.what}, ${found.trait === 'maxChainBytes' ? 'more than this module reads' : 'which this module does not read'}`
}

/** What the log says of it where it passes; undefined: no family that we know refuses it. */
export function remarkOn({ trait, what, id, bytes }: Finding): Remark | undefined {
  const refusals = refusalsOf(trait, bytes)
  return refusals === undefined ? undefined : { id: `${trait} ${id}`, sentence: `${what}: ${refusals}` }
}

/** PEM whose lines end with CR LF. */
export function hasPemCrLf(file: Uint8Array): boolean {
  const text = Buffer.from(file.buffer, file.byteOffset, file.length)
  return text.includes('-----BEGIN ') && text.includes('\r\n')
}

/** RFC 5280, 4.1.2.5: UTCTime to 2049, then GeneralizedTime. */
export const isValidPast2049 = (certificate: X509Certificate): boolean =>
  new Date(certificate.validTo).getUTCFullYear() >= 2050

/** The length of a server's list of certificates in its message: DER, each with 3 bytes for its length (RFC 5246, 7.4.2). */
export const listBytes = (sent: readonly Uint8Array[]): number => sent.reduce((sum, { length }) => sum + length + 3, 0)

/** A server's list, as a finding. */
export function longList(host: string, port: number, bytes: number): Finding {
  const what = `the certificates that ${host}:${port} sends have ${bytes} bytes together`
  return { trait: 'maxChainBytes', what, id: `${host}:${port} ${bytes}`, bytes }
}

interface JudgedList {
  readonly bytes: number
  readonly remark: Remark | undefined
}

/** The last list of each server, by host and port. */
const judgedLists = new Map<string, Map<number, JudgedList>>()
const mostHosts = 1000
const mostPorts = 100

/** What the log says of a list of so many bytes. */
export function listRemark(host: string, port: number, bytes: number): Remark | undefined {
  const known = judgedLists.get(host)?.get(port)
  if (known?.bytes === bytes) return known.remark
  const remark = remarkOn(longList(host, port, bytes))
  const ports = judgedLists.get(host) ?? new Map<number, JudgedList>()
  if (ports.size < mostPorts && judgedLists.size < mostHosts) judgedLists.set(host, ports.set(port, { bytes, remark }))
  return remark
}

/** Reading the certificates takes about a fifth of the time of a connection: one that needs them for nothing else takes the last known length. */
export const lastListBytes = (host: string, port: number): number | undefined => judgedLists.get(host)?.get(port)?.bytes
