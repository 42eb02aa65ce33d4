import type { Command } from 'commander'
import { UsageError } from '../../launch/usage-error.ts'
import { withBrokerOptions } from './broker-options.ts'
import type { PubCliOptions } from './pub-run.ts'

export function addPub(atmqtt: Command, done: (code: number) => void): void {
  const command = atmqtt
    .command('pub')
    .summary('publish through a module')
    .usage('--port PORT[:BAUD] | --tcp HOST:PORT -t TOPIC -m MESSAGE | -f FILE | -l | -n | -s')
    .description('Publishes messages through a module. The options are those of mosquitto_pub.')
    .option('-t, --topic <topic>', 'the topic')
    .option('-m, --message <message>', 'the message')
    .option('-f, --file <file>', 'the message is the content of a file')
    .option('-l, --lines', 'each line of standard input is a message')
    .option('-s, --stdin', 'all of standard input is one message')
    .option('-n, --null', 'an empty message')
    .option('-r, --retain', 'set the retain flag')
  withBrokerOptions(command).action(async (given: Omit<PubCliOptions, 'topic'> & { readonly topic?: string }) => {
    const { topic, message, file, lines, stdin } = given
    if (topic === undefined) throw new UsageError('pub needs a topic: give -t TOPIC.')
    const kinds = [message !== undefined, file !== undefined, lines, stdin, given.null].filter(Boolean).length
    if (kinds !== 1) throw new UsageError('pub needs one kind of message: give -m MESSAGE, -f FILE, -l, -s or -n.')
    const { runPub } = await import('./pub-run.ts')
    done(await runPub({ ...given, topic }))
  })
}
