import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import type { SiblingCommands } from '../../at/commands/mqtt/sibling-commands.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import { type FinalReply, ok } from '../core/reply.ts'
import type { TopicInput } from '../core/state.ts'
import type { StepContext } from '../core/step-context.ts'
import { clientAt, setAcquired } from '../mqtt-service/clients.ts'
import type { Handlers } from './handler-types.ts'

/** SUBTOPIC and UNSUBTOPIC: topics for the short SUB and UNSUB. Input again, a topic replaces its earlier entry. */
export const topicInputHandlers: Handlers<SiblingCommands> = {
  subscribeTopic: {
    input: (ctx, { clientIndex, qos }, _, filter) =>
      change(ctx, clientIndex, ({ subscribe, unsubscribe }) => ({
        subscribe: [...subscribe.filter((known) => textOf(known.filter) !== textOf(filter)), { filter, qos }],
        unsubscribe,
      })),
  },
  unsubscribeTopic: {
    input: (ctx, { clientIndex }, _, filter) =>
      change(ctx, clientIndex, ({ subscribe, unsubscribe }) => ({
        subscribe,
        unsubscribe: [...unsubscribe.filter((known) => textOf(known) !== textOf(filter)), filter],
      })),
  },
}

function change(ctx: StepContext, index: ClientIndex, to: (input: TopicInput) => TopicInput): FinalReply {
  const client = clientAt(ctx, index)
  if (client.kind !== 'free') setAcquired(ctx, index, { topicInput: to(client.acquired.topicInput ?? nothing) })
  return ok
}

const nothing: TopicInput = { subscribe: [], unsubscribe: [] }
