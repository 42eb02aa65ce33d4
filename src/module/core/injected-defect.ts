import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'

/** A defect that a fault injects. The list of defects is set as a whole and survives a reset. */
export type InjectedDefect =
  /** A command fails with a code: refused at once, or by its deferred result. */
  | {
      readonly kind: 'failing'
      /** As on the line: `+CMQTTPUB`. */
      readonly command: string
      /** None: both clients. */
      readonly clientIndex?: ClientIndex
      readonly as: 'refusal' | 'result'
      readonly code: number
    }
  /** A client counts as busy although nothing is under way. */
  | { readonly kind: 'busy'; readonly clientIndex: ClientIndex }
  /** Prompts are opened without their bytes. */
  | { readonly kind: 'promptLost' }
  /** Prompts swallow everything and never end. */
  | { readonly kind: 'promptStuck' }
  /** URCs and deferred results wait for no prompt and no command. */
  | { readonly kind: 'unheld' }
  /** `OK` is not printed. */
  | { readonly kind: 'okLost' }
  /** Nothing that is typed is echoed. */
  | { readonly kind: 'echoLost' }

export type InjectedDefectOf<K extends InjectedDefect['kind']> = Extract<InjectedDefect, { readonly kind: K }>

interface WithDefects {
  readonly defects: readonly InjectedDefect[]
}

export const hasDefect = (ctx: WithDefects, kind: InjectedDefect['kind']): boolean =>
  ctx.defects.length > 0 && ctx.defects.some((defect) => defect.kind === kind)

export const defectsOf = <K extends InjectedDefect['kind']>(
  ctx: WithDefects,
  kind: K,
): readonly InjectedDefectOf<K>[] => ctx.defects.filter((defect): defect is InjectedDefectOf<K> => defect.kind === kind)

/** Whether a client counts as busy. */
export const isBusy = (ctx: WithDefects, index: ClientIndex): boolean =>
  ctx.defects.length > 0 && defectsOf(ctx, 'busy').some(({ clientIndex }) => clientIndex === index)
