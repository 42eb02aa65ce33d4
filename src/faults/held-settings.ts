import type { Module, ModuleState } from '../module/public.ts'
import type { Setting } from './holds.ts'

type Network = ModuleState['cellular']['network']

export const coverage = (module: Module): Setting<Network['coverage']> => ({
  name: 'coverage',
  read: () => module.state().cellular.network.coverage,
  apply: (value) => {
    if (module.state().cellular.network.coverage !== value) module.network(value)
  },
})

export const signal = (module: Module): Setting<number> => ({
  name: 'signal',
  read: () => module.state().cellular.network.signal,
  apply: (value) => module.radio({ signal: value }),
})

export const admits = (module: Module): Setting<Network['admits']> => ({
  name: 'admits',
  read: () => module.state().cellular.network.admits,
  apply: (value) => module.radio({ admits: value }),
})

/** APNs that are refused; the module has to ask for its own again. */
export const refusedApns = (module: Module): Setting<readonly string[]> => ({
  name: 'refusedApns',
  read: () => module.state().cellular.network.refusedApns,
  apply: (value) => {
    module.radio({ refusedApns: value })
    const { coverage: now } = module.state().cellular.network
    module.network('down')
    module.network(now)
  },
  combine: (before, wanted) => [...before, ...wanted.flat()],
})

export const simAnswers = (module: Module): Setting<boolean> => ({
  name: 'simAnswers',
  read: () => !module.state().cellular.sim.busy,
  apply: (value) => module.sim(value ? 'idle' : 'busy'),
})

export const simIsIn = (module: Module): Setting<boolean> => ({
  name: 'simIsIn',
  read: () => module.state().cellular.sim.kind !== 'removed',
  apply: (value) => module.sim(value ? 'insert' : 'remove'),
})

export const power = (module: Module): Setting<boolean> => ({
  name: 'power',
  read: () => module.state().cellular.power.kind !== 'off',
  apply: (value) => module.power(value),
})
