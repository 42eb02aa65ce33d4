import type { Command } from 'commander'
import { compileFormat, FormatError } from '../../terminal/printing/format.ts'
import type { Format } from '../../terminal/printing/printed-message.ts'
import { UsageError } from '../exit.ts'
import { wholeNumber, withBrokerOptions } from './broker-options.ts'
import type { SubCliOptions } from './sub-run.ts'

export function addSub(atmqtt: Command, done: (code: number) => void): void {
  const command = atmqtt
    .command('sub')
    .summary('subscribe through a module')
    .usage('--port PORT[:BAUD] | --tcp HOST:PORT -t TOPIC')
    .description('Subscribes through a module and prints what comes. The options are those of mosquitto_sub.')
    .option('-t, --topic <topic>', 'what to; repeatable', (topic: string, more: string[] = []) => [...more, topic])
    .option('-C, --count <count>', 'ends after so many messages', wholeNumber('-C', 1, 2_147_483_647))
    .option('-W, --timeout <seconds>', 'ends after so many seconds, with 27', wholeNumber('-W', 1, 2_147_483))
    .option('-v, --verbose', 'the topic in front of each message')
    .option('-F, --format <format>', 'how to print a message: %t %p …', formatOf)
    .option('-N, --no-eol', 'no line end behind a message')
  withBrokerOptions(command).action(async (given: Omit<SubCliOptions, 'topic'> & { readonly topic?: string[] }) => {
    const { topic } = given
    if (topic === undefined) throw new UsageError('sub needs a topic: give -t TOPIC.')
    const { runSub } = await import('./sub-run.ts')
    done(await runSub({ ...given, topic }))
  })
}

function formatOf(text: string): Format {
  try {
    return compileFormat(text)
  } catch (error) {
    throw error instanceof FormatError ? new UsageError(error.message) : error
  }
}
