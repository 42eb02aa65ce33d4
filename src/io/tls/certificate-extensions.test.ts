import fc from 'fast-check'
import { expect, test } from 'vitest'
import { extensionsOf } from './certificate-extensions.ts'
import { ecKeys, make, x509 } from './testing-certificates.ts'

const { BasicConstraintsExtension, KeyUsagesExtension, X509Certificate } = x509

test('reads what @peculiar/x509 reads', async () => {
  const keys = await ecKeys()
  const drafts = fc.record({
    ca: fc.option(fc.boolean(), { nil: undefined }),
    pathLength: fc.option(fc.nat(70_000), { nil: undefined }),
    usage: fc.option(fc.integer({ min: 1, max: 511 }), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(drafts, async (draft) => {
      const fields = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined))
      const { certificate } = await make({ name: 'Any', keys, ...fields })
      const other = new X509Certificate(certificate.raw as Buffer<ArrayBuffer>)
      const constraints = other.getExtension(BasicConstraintsExtension)
      const usages = other.getExtension(KeyUsagesExtension)
      const read = extensionsOf(certificate)
      expect([read.version, read.signatureAlgorithm]).toEqual([3, '1.2.840.10045.4.3.2'])
      expect([read.ca, read.pathLength]).toEqual([constraints?.ca, constraints?.pathLength])
      expect(read.keyUsage === undefined ? undefined : inOrder(read.keyUsage)).toBe(usages?.usages)
      expect([...read.present]).toEqual(other.extensions.map(({ type }) => type))
      expect(read.critical).toEqual(other.extensions.filter(({ critical }) => critical).map(({ type }) => type))
    }),
    { numRuns: 100 },
  )
})

/** The library has the first bit of the bit string as its lowest. */
const inOrder = (bits: number): number =>
  Array.from({ length: 9 }, (_, i) => (bits & (0x8000 >> i) ? 1 << i : 0)).reduce((sum, bit) => sum + bit)
