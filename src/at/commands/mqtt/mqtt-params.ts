import { mqttErr } from '../../errors.ts'
import type { Form } from '../command.ts'
import { holds, ints, named, oneOf, quotedText } from '../param.ts'
import type { MqttDialect } from './mqtt-dialect.ts'

/** Which of the two clients. */
export type ClientIndex = 0 | 1
export const clientIndex = oneOf(0, 1)
export const qos = oneOf(0, 1, 2)
export const flag = oneOf(0, 1)
export const reqLength = ints([1, 1024])
export const quotedTopic = holds('topics', named('topic', quotedText(1, 500)))

/** A form with the topic in quotes, as far as a firmware has it. */
export const quoted = ({ quotedTopics }: MqttDialect): Pick<Form, 'absent' | 'onlyWith' | 'refusedWith'> => ({
  ...(quotedTopics === 'none' && { absent: true }),
  ...(quotedTopics === 'argtopic' && { onlyWith: 'argTopic' as const }),
  ...(quotedTopics === 'refused' && { refusedWith: mqttErr.invalidParameter }),
})

export const absentUnless = (there: boolean): Pick<Form, 'absent'> => (there ? {} : { absent: true })
export const pdpContext = ({ contexts }: MqttDialect) => named('cid', ints([1, contexts]))
