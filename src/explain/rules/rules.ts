import type { CauseRule } from '../matching/rule.ts'
import { addressRules } from './address-rules.ts'
import { certificateRules } from './certificate-rules.ts'
import { codeRules } from './code-rules.ts'
import { dataRules } from './data-rules.ts'
import { firmwareRules } from './firmware-rules.ts'
import { lineRules } from './line-rules.ts'
import { lossRules } from './loss-rules.ts'
import { messageRules } from './message-rules.ts'
import { orderRules } from './order-rules.ts'
import { powerRules } from './power-rules.ts'
import { promptRules } from './prompt-rules.ts'
import { radioRules } from './radio-rules.ts'
import { refusalRules } from './refusal-rules.ts'
import { registrationRules } from './registration-rules.ts'
import { serviceRules } from './service-rules.ts'
import { simRules } from './sim-rules.ts'
import { speedRules } from './speed-rules.ts'
import { streamRules } from './stream-rules.ts'
import { syntaxRules } from './syntax-rules.ts'
import { tlsRules } from './tls-rules.ts'

/** Every cause, a file a topic. */
export const rules: readonly CauseRule[] = [
  ...powerRules,
  ...lineRules,
  ...speedRules,
  ...promptRules,
  ...simRules,
  ...radioRules,
  ...registrationRules,
  ...dataRules,
  ...serviceRules,
  ...orderRules,
  ...tlsRules,
  ...certificateRules,
  ...addressRules,
  ...refusalRules,
  ...lossRules,
  ...streamRules,
  ...messageRules,
  ...firmwareRules,
  ...syntaxRules,
  ...codeRules,
]
