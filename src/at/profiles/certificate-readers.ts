import type { CertificateReader, Profile } from './profile.ts'
import { profiles } from './profiles.ts'

/** What a certificate, or a server's list of them, may have that a reader refuses. */
export type ReaderTrait = keyof CertificateReader

/** Whether a module with this reader refuses it; `bytes`: of a server's list. */
export function isRefusedBy(reader: CertificateReader, trait: ReaderTrait, bytes = 0): boolean {
  if (trait === 'maxChainBytes') return reader.maxChainBytes > 0 && bytes > reader.maxChainBytes
  return reader[trait] === 'refused'
}

/** `a7670c-v11 refuses it with 34`, for each of our profiles that does; undefined: none does. */
export function refusalsOf(trait: ReaderTrait, bytes = 0): string | undefined {
  const refusing = Object.values(profiles).filter(({ tls: { reader } }) => isRefusedBy(reader, trait, bytes))
  return refusing.map((profile) => `${profile.name} refuses it with ${codeOf(profile, trait)}`).join(', ') || undefined
}

const codeOf = ({ mqtt }: Profile, trait: ReaderTrait): number =>
  trait === 'maxChainBytes' ? mqtt.tlsError : mqtt.certificateError
