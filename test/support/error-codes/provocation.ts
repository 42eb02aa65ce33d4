import type { Given, Stage } from './stage.ts'

/** One way to a code or a cause: a short scene that ends with it. */
export interface Provocation {
  /** `<err>`; for a cause of CONNLOST see `cause`. */
  readonly code?: number
  readonly cause?: number
  /** `action`: of the host, of a server, of the network. `fault`: of the fault engine. */
  readonly by: 'action' | 'fault'
  /** In one sentence, with its full stop. */
  readonly how: string
  /** `sim767x` where nothing else is said. */
  readonly profile?: string
  readonly given: Given
  play(stage: Stage): Promise<void>
}

export const byAction = (code: number, given: Given, how: string, play: Provocation['play']): Provocation => ({
  code,
  by: 'action',
  given,
  how,
  play,
})

export const byFault = (code: number, given: Given, how: string, play: Provocation['play']): Provocation => ({
  code,
  by: 'fault',
  given,
  how,
  play,
})
