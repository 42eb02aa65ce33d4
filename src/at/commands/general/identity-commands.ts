import { command, type Grade } from '../command.ts'
import { holds, text } from '../param.ts'
import type { GeneralDialect } from './general-dialect.ts'

const bare = <const N extends string>(name: N, title: string, grade: Grade, test: 'listed' | 'none') =>
  command({
    name,
    title,
    cite: 'general',
    grade,
    ...(test === 'listed' && { test: [] }),
    execute: { outcome: 'final' },
  })

const identity = { content: 'identity', from: 0 } as const

/** Who the module is. */
export const identityCommands = ({ writesImei }: GeneralDialect) => ({
  identify: bare('I', 'Identify the module', 'documented', 'none'),
  manufacturer: bare('+CGMI', 'Manufacturer', 'observed', 'listed'),
  model: bare('+CGMM', 'Model', 'observed', 'listed'),
  revision: bare('+CGMR', 'Revision', 'documented', 'listed'),
  serialNumber: { ...bare('+CGSN', 'IMEI', 'documented', 'listed'), shows: identity },
  serialNumberShort: { ...bare('+GSN', 'IMEI, the older name', 'observed', 'listed'), shows: identity },
  imei: command({
    name: '+SIMEI',
    risk: 'identity',
    title: 'IMEI, to read and to write',
    cite: 'general',
    grade: 'documented',
    test: [],
    shows: identity,
    read: { row: '<imei>' },
    write: { set: { params: { imei: holds('identity', text(15, 15)) }, outcome: 'final', absent: !writesImei } },
  }),
  everything: bare('+SIMCOMATI', 'All about the module', 'observed', 'none'),
})
