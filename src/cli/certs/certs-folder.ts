import { join } from 'node:path'

/** What is where in a state folder. */
export const stateFolders = (state: string) => ({
  /** The module's certificates and keys. */
  certs: join(state, 'certs'),
  /** The module's file system, from which `AT+CCERTMOVE` takes. */
  files: join(state, 'files'),
  /** The embedded broker's certificate authority. */
  ca: join(state, 'ca'),
})
