import type { Command } from 'commander'
import { UsageError } from '../../launch/usage-error.ts'
import { compileFormat, FormatError } from '../../terminal/printing/format.ts'
import type { Format } from '../../terminal/printing/printed-message.ts'
import { wholeNumber, withBrokerOptions } from './broker-options.ts'
import type { SubCliOptions } from './sub-run.ts'

export function addSub(atmqtt: Command, done: (code: number) => void): void {
  const command = atmqtt
    .command('sub')
    .summary('subscribe through a module')
    .usage('--port PORT[:BAUD] | --tcp HOST:PORT -t TOPIC')
    .description('Subscribes through a module and prints the messages. The options are those of mosquitto_sub.')
    .option('-t, --topic <topic>', 'a topic filter; repeatable', (topic: string, more: string[] = []) => [
      ...more,
      topic,
    ])
    .option('-C, --count <count>', 'exit after this many messages', wholeNumber('-C', 1, 2_147_483_647))
    .option('-W, --timeout <seconds>', 'exit with 27 after this many seconds', wholeNumber('-W', 1, 2_147_483))
    .option('-v, --verbose', 'print the topic before each message')
    .option('-F, --format <format>', 'how to print a message: %t %p …', formatOf)
    .option('-N, --no-eol', 'print no line end after a message')
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
