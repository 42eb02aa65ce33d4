import { powerRules } from './power-rules.ts'
import type { CauseRule } from './rule.ts'
import { simRules } from './sim-rules.ts'
import { tlsRules } from './tls-rules.ts'

/** Every cause, a file a topic. */
export const rules: readonly CauseRule[] = [...powerRules, ...simRules, ...tlsRules]
