import type { LearnQuestion } from '../question.ts'
import { connectionQuestions } from './connection.ts'
import { identityQuestions } from './identity.ts'
import { lineQuestions } from './line.ts'
import { networkQuestions } from './network.ts'
import { restartQuestions } from './restart.ts'
import { serviceQuestions } from './service.ts'
import { foreignQuestions, testFormQuestions } from './test-forms.ts'
import { tlsQuestions } from './tls.ts'

const order = ['any', 'stopped', 'started', 'acquired', 'connected', 'acquiredTls'] as const

const asking: readonly LearnQuestion[] = [
  ...identityQuestions,
  ...lineQuestions,
  ...networkQuestions,
  ...testFormQuestions,
  ...foreignQuestions,
  ...serviceQuestions,
  ...connectionQuestions,
  ...tlsQuestions,
]

/** Every question: those of one state of the service together, restarts at the end. */
export const learnQuestions: readonly LearnQuestion[] = [
  ...order.flatMap((state) => asking.filter((question) => question.state === state)),
  ...restartQuestions,
]
