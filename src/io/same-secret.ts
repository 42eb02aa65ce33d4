import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether that is the secret. Takes the same time wherever two texts differ. */
export function isSameSecret(given: unknown, secret: string): boolean {
  const [first, second] = [String(given), secret].map((text) => createHash('sha256').update(text).digest())
  return typeof given === 'string' && timingSafeEqual(first!, second!)
}
