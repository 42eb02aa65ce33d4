import type { X509Certificate } from 'node:crypto'

/** What a chain needs to know of a certificate and `X509Certificate` does not tell (RFC 5280). */
export interface CertificateExtensions {
  /** 1 or 3; version 1 has no extensions. */
  readonly version: number
  /** Of the issuer's signature, dotted. */
  readonly signatureAlgorithm: string
  /** Of basicConstraints. */
  readonly ca: boolean | undefined
  readonly pathLength: number | undefined
  /** Bit 0 is the first byte's most significant one: digitalSignature. Undefined: any use. */
  readonly keyUsage: number | undefined
  /** Everything that is there, dotted. */
  readonly present: ReadonlySet<string>
  /** What is critical, dotted. */
  readonly critical: readonly string[]
}

const BOOLEAN = 0x01
const INTEGER = 0x02
const EXTENSIONS = 0xa3
const VERSION = 0xa0

interface Value {
  readonly tag: number
  readonly content: Buffer
}

/** OpenSSL has parsed the certificate: this only walks along. A structure it does not expect throws. */
export function extensionsOf(certificate: X509Certificate): CertificateExtensions {
  const [body, algorithm] = valuesIn(only(certificate.raw).content)
  const fields = valuesIn(need(body).content)
  const version = fields[0]?.tag === VERSION ? numberOf(only(fields[0].content).content) + 1 : 1
  const list = fields.find(({ tag }) => tag === EXTENSIONS)
  const extensions = list ? valuesIn(only(list.content).content).map(extensionFrom) : []
  const present = new Set(extensions.map(({ id }) => id))
  if (present.size < extensions.length) throw new RangeError('an extension is there twice')
  const find = (id: string) => extensions.find((extension) => extension.id === id)?.value
  return {
    version,
    signatureAlgorithm: idOf(need(valuesIn(need(algorithm).content)[0]).content),
    ...basicConstraints(find('2.5.29.19')),
    keyUsage: keyUsage(find('2.5.29.15')),
    present,
    critical: extensions.filter(({ critical }) => critical).map(({ id }) => id),
  }
}

function extensionFrom({ content }: Value): { id: string; critical: boolean; value: Buffer } {
  const parts = valuesIn(content)
  const critical = parts[1]?.tag === BOOLEAN && parts[1].content[0] !== 0
  return { id: idOf(need(parts[0]).content), critical, value: need(parts.at(-1)).content }
}

function basicConstraints(value: Buffer | undefined): Pick<CertificateExtensions, 'ca' | 'pathLength'> {
  if (!value) return { ca: undefined, pathLength: undefined }
  const parts = valuesIn(only(value).content)
  const ca = parts[0]?.tag === BOOLEAN && parts[0].content[0] !== 0
  const length = parts.find(({ tag }) => tag === INTEGER)
  return { ca, pathLength: length && numberOf(length.content) }
}

function keyUsage(value: Buffer | undefined): number | undefined {
  if (!value) return undefined
  const bits = only(value).content
  return ((bits[1] ?? 0) << 8) | (bits[2] ?? 0)
}

function valuesIn(der: Buffer): Value[] {
  const values: Value[] = []
  for (let at = 0; at < der.length; ) {
    const { value, end } = valueAt(der, at)
    values.push(value)
    at = end
  }
  return values
}

function valueAt(der: Buffer, at: number): { readonly value: Value; readonly end: number } {
  const first = der[at + 1] ?? 0
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const from = at + 2 + lengthBytes
  const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes)
  if (from + length > der.length) throw new RangeError('DER ends too early')
  return { value: { tag: der[at] ?? 0, content: der.subarray(from, from + length) }, end: from + length }
}

const only = (der: Buffer): Value => need(valuesIn(der)[0])

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('DER lacks a value')
  return value
}

const numberOf = (content: Buffer): number => content.readUIntBE(0, Math.min(content.length, 6))

/** An object identifier, dotted. */
function idOf(content: Buffer): string {
  const arcs = [Math.min(2, Math.floor((content[0] ?? 0) / 40))]
  arcs.push((content[0] ?? 0) - arcs[0]! * 40)
  let arc = 0
  for (const byte of content.subarray(1)) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  return arcs.join('.')
}
