import type { Random } from './runtime.ts'

/** Numbers that nobody can foretell, in Node and in browsers. */
export const cryptoRandom: Random = {
  next: () => word() / 2 ** 32,
  below: (n) => Math.floor((word() / 2 ** 32) * n),
}

const word = (): number => crypto.getRandomValues(new Uint32Array(1))[0]!
