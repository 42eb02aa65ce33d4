import type { AttemptFact, Exchange, ResultFact } from './fact.ts'
import type { FactStore } from './fact-store.ts'

const connect = '+CMQTTCONNECT'
const wrote = ({ form, ending }: Exchange): boolean => form === 'write' && ending !== 'error' && ending !== 'cme'

/** Every CONNECT of a log with its settings; results whose command the log does not show count too. */
export function attemptsOf(store: FactStore): readonly AttemptFact[] {
  const commands = store.of('exchange', connect).filter(({ form }) => form === 'write')
  const results = store.of('result', connect)
  const shown = commands.map((command, i) => {
    const next = commands[i + 1]
    const result = results.find(({ at, client }) => at >= begin(command) && at < begin(next) && isOf(client, command))
    return attemptOf(command, result, store)
  })
  const orphans = results.filter(({ at }) => !commands.some((command) => begin(command) <= at))
  return [...shown, ...orphans.map(orphan)].sort((one, other) => one.at - other.at)
}

const begin = (fact: { readonly at: number; readonly from?: number } | undefined): number =>
  fact?.from ?? fact?.at ?? Number.POSITIVE_INFINITY

const isOf = (client: number | undefined, { args }: Exchange): boolean =>
  client === undefined || args[0] === '' || Number(args[0]) === client

function attemptOf(command: Exchange, result: ResultFact | undefined, store: FactStore): AttemptFact {
  const [index = '', address = '', keepAlive, , user, password] = command.args
  const client = Number(index) === 1 ? 1 : 0
  const tookMs = result?.ms !== undefined && command.ms !== undefined ? result.ms - command.ms : undefined
  const ms = result?.ms ?? command.ms
  return {
    kind: 'attempt',
    ...addressParts(address),
    ...acquired(store, client, begin(command)),
    ssl: sslOf(store, client, begin(command)),
    client,
    ...(keepAlive && { keepAlive: Number(keepAlive) }),
    ...(user !== undefined && { user }),
    hasPassword: password !== undefined && password !== '',
    line: command.line,
    outcome: outcomeOf(command, result),
    ...(tookMs !== undefined && tookMs >= 0 && { tookMs }),
    rows: [
      ...command.rows,
      ...(result && !command.rows.some(({ row }) => row === result.rows[0]!.row) ? result.rows : []),
    ],
    ...(ms !== undefined && { ms }),
    at: Math.max(command.at, result?.at ?? 0),
    from: begin(command),
  }
}

function outcomeOf({ ending }: Exchange, result: ResultFact | undefined): AttemptFact['outcome'] {
  if (result) return result.code === 0 ? 'ok' : result.code
  if (ending === 'error' || ending === 'cme') return 'ERROR'
  return 'none'
}

const orphan = (result: ResultFact): AttemptFact => ({
  kind: 'attempt',
  client: result.client ?? 0,
  scheme: '',
  host: '',
  port: 0,
  ssl: {},
  hasPassword: false,
  line: '',
  outcome: result.code === 0 ? 'ok' : result.code,
  rows: result.rows,
  at: result.at,
  ...(result.ms !== undefined && { ms: result.ms }),
})

function addressParts(address: string): Pick<AttemptFact, 'scheme' | 'host' | 'port'> {
  const match = /^(?:([a-z0-9]+):\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?/i.exec(address)
  return { scheme: match?.[1]?.toLowerCase() ?? '', host: match?.[2] ?? '', port: Number(match?.[3] ?? 1883) }
}

type Acquired = Pick<AttemptFact, 'tls' | 'clientId' | 'version'>

function acquired(store: FactStore, client: number, before: number): Acquired {
  const own = (name: string, place: number) =>
    store
      .of('exchange', name)
      .findLast((each) => wrote(each) && each.at < before && Number(each.args[place]) === client)
  const acquire = own('+CMQTTACCQ', 0)
  const config = store
    .of('exchange', '+CMQTTCFG')
    .findLast((each) => wrote(each) && each.at < before && each.args[0]?.toLowerCase() === 'version')
  const version = config?.args[2] ?? acquire?.args[3]
  return {
    ...(acquire && { tls: acquire.args[2] === '1', clientId: acquire.args[1] ?? '' }),
    ...(version !== undefined && { version }),
  }
}

/** The settings of the SSL context that the client is bound to; without a binding it is the one with its own index. */
function sslOf(store: FactStore, client: number, before: number): Readonly<Record<string, string>> {
  const binding = store
    .of('exchange', '+CMQTTSSLCFG')
    .findLast((each) => wrote(each) && each.at < before && Number(each.args[0]) === client)
  const context = Number(binding?.args[1] ?? client)
  const settings = store
    .of('exchange', '+CSSLCFG')
    .filter((each) => wrote(each) && each.at < before && each.args.length === 3 && Number(each.args[1]) === context)
  return Object.fromEntries(settings.map(({ args }) => [args[0]!.toLowerCase(), args[2]!]))
}
