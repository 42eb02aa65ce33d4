import { command, type Grade } from '../command.ts'
import { text } from '../param.ts'
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

/** Who the module is. */
export const identityCommands = ({ writesImei }: GeneralDialect) => ({
  identify: bare('I', 'Identify the module', 'documented', 'none'),
  manufacturer: bare('+CGMI', 'Manufacturer', 'observed', 'listed'),
  model: bare('+CGMM', 'Model', 'observed', 'listed'),
  revision: bare('+CGMR', 'Revision', 'documented', 'listed'),
  serialNumber: bare('+CGSN', 'IMEI', 'documented', 'listed'),
  serialNumberShort: bare('+GSN', 'IMEI, the older name', 'observed', 'listed'),
  imei: command({
    name: '+SIMEI',
    risk: 'identity',
    title: 'IMEI, to read and to write',
    cite: 'general',
    grade: 'documented',
    test: [],
    read: { row: '<imei>' },
    write: { set: { params: { imei: text(15, 15) }, outcome: 'final', absent: !writesImei } },
  }),
  everything: bare('+SIMCOMATI', 'All about the module', 'observed', 'none'),
})
