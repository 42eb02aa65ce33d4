import type { Command as Cli } from 'commander'
import {
  catalogue,
  type Fault,
  FaultError,
  type FaultGroup,
  type FaultParam,
  fieldReports,
  findFault,
} from '../../faults/public.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { print } from '../output.ts'

export function addFaults(atmqtt: Cli, done: (code: number) => void): void {
  atmqtt
    .command('faults')
    .summary('reference of the faults it can inject')
    .description('Lists the faults, or shows one with its parameters.')
    .argument('[NAME]', 'a fault, such as socket-reset')
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action((name: string | undefined) => {
      print(name === undefined ? faultList(catalogue) : faultPage(find(name)))
      done(exitCodes.ok)
    })
}

function find(name: string) {
  try {
    return findFault(name)
  } catch (error) {
    throw error instanceof FaultError ? new UsageError(error.message) : error
  }
}

const groups: Readonly<Record<FaultGroup, string>> = {
  network: 'Network',
  connection: 'Connections',
  server: 'MQTT server',
  bytes: 'Bytes of the line',
  response: 'Responses',
  module: 'Commands',
  device: 'SIM, cell and power',
}

/** Names, what is seen, parameters and reports: two lines each. */
function faultList(faults: readonly Fault[]): string {
  const width = Math.max(...faults.map(({ name }) => name.length))
  return faults
    .map((fault) => `${fault.name.padEnd(width)}  ${fault.title}\n${' '.repeat(width)}  ${facts(fault)}\n`)
    .join('')
}

function facts({ params, reports }: Fault): string {
  const names = Object.keys(params).join(', ') || 'no parameters'
  return `(${names}; ${reports.length === 0 ? 'no report known' : `report ${reports.join(', ')}`})`
}

/** Everything that there is to know of one fault. */
function faultPage(fault: Fault): string {
  const { name, title, lasts, reports, params } = fault
  const rows = [
    name,
    `  ${title}`,
    '',
    lasts === 'once' ? 'It happens and is over.' : 'It lasts until it is ended.',
    ...(reports.length === 0 ? ['No report from the field is known.'] : ['Reported from the field:']),
    ...reports.map(
      (row) =>
        `  ${row}  ${fieldReports[row].what}: ${fieldReports[row].where.map(addressOf).join(', ') || unaddressed}`,
    ),
    ...(Object.keys(params).length === 0 ? ['No parameters.'] : ['Parameters:']),
    ...Object.entries(params).map(
      ([key, param]) => `  ${key}  ${param.range}; ${presetOf(param)}: ${param.meaning.replaceAll('`', '"')}`,
    ),
  ]
  return `${rows.join('\n')}\n`
}

/** The tables of the reference page, in Markdown. */
export function faultTables(faults: readonly Fault[]): string {
  const tables = Object.entries(groups).map(([group, title]) => {
    const rows = faults.filter((fault) => fault.group === group).map(tableRow)
    return [
      `### ${title}`,
      '',
      '| fault | what is seen | parameters | reports |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n')
  })
  return tables.join('\n\n')
}

function tableRow({ name, title, params, reports, lasts }: Fault): string {
  const cells = Object.entries(params).map(
    ([key, param]) => `\`${key}\`: ${param.meaning}; ${param.range}; ${presetOf(param)}`,
  )
  const ends = lasts === 'once' ? ' *Ends by itself.*' : ''
  return `| \`${name}\` | ${title.replaceAll('<', '&lt;')}${ends} | ${cells.join('<br>') || '–'} | ${reports.join(', ') || 'none known'} |`
}

const presetOf = ({ preset }: FaultParam): string =>
  preset === undefined ? 'may be left out' : `default ${JSON.stringify(preset).replaceAll('|', '\\|')}`

/** The reports that faults name, in Markdown. */
export function reportTable(): string {
  const rows = Object.entries(fieldReports).map(
    ([row, { what, where }]) => `| ${row} | ${what} | ${where.map(linkOf).join(', ') || unaddressed} |`,
  )
  return ['| report | what happens | where |', '| --- | --- | --- |', ...rows].join('\n')
}

const unaddressed = 'logs and notes of people with the hardware, without a thread of their own'

/** `owner/repository#5` is an issue there. */
function addressOf(where: string): string {
  const [, repository, issue] = /^([^:#]+)#(\d+)$/.exec(where) ?? []
  return repository === undefined ? where : `https://github.com/${repository}/issues/${issue}`
}

const linkOf = (where: string): string =>
  where === addressOf(where) ? `<${where}>` : `[${where}](${addressOf(where)})`
