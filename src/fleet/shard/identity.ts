import { identityFromSeed } from '../../module/public.ts'
import type { ModuleGroup, Scenario, Selection } from '../scenario/scenario.ts'

/** Who a module is: follows from the run and its number alone, whatever process has it. */
export interface FleetIdentity {
  /** Of the whole run, from 0. */
  readonly module: number
  readonly group: ModuleGroup
  /** In its group, from 0. */
  readonly index: number
  readonly place: string | null
  readonly clientId: string
}

/** What the modules of one run have in common. */
export interface RunNames {
  readonly run: string
  readonly seed: number
}

export function fleetIdentity(scenario: Scenario, names: RunNames, module: number): FleetIdentity {
  let index = module
  for (const group of scenario.groups) {
    if (index < group.count) {
      const place = placeOf(group, index)
      const known = { module, group, index, place }
      // Written out: a spread gives each module's object a hidden class of its own, of 300 bytes.
      return { module, group, index, place, clientId: filledFor(names, known, group.clientId) }
    }
    index -= group.count
  }
  throw new RangeError(`there is no module ${module}`)
}

const imeiOf = (seed: number, module: number): string => identityFromSeed(seed + module).imei

/** Puts what a module is called by into `{client}`, `{imei}` and the like. */
export function filledFor(
  { run, seed }: RunNames,
  identity: Omit<FleetIdentity, 'clientId'> & { readonly clientId?: string },
  text: string,
): string {
  const { clientId, module, index, group, place } = identity
  const client = clientId === undefined ? {} : { client: clientId }
  return filled(text, {
    run,
    ...client,
    module,
    index,
    group: group.name,
    place: place ?? '',
    imei: imeiOf(seed, module),
  })
}

/** Puts values into `{name}`; other braces stay. */
export const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole))

/** Modules of a place are spread over the whole group. */
function placeOf({ places, count }: ModuleGroup, index: number): string | null {
  let upTo = 0
  const rank = spreadRank(index, count)
  for (const { place, share } of places) {
    upTo += share * count
    if (rank < Math.round(upTo)) return place
  }
  return places.at(-1)?.place ?? null
}

/**
 * The rank of a number below `count`, a permutation: neighbours are far from each other, so that each shard has its part
 * of what goes by rank.
 */
export function spreadRank(number: number, count: number): number {
  return Number((BigInt(number) * BigInt(stepFor(count))) % BigInt(count))
}

const steps = new Map<number, number>()

function stepFor(count: number): number {
  const known = steps.get(count)
  if (known !== undefined) return known
  let step = Math.max(1, Math.round(count * 0.618_034))
  while (commonDivisor(step, count) !== 1) step++
  steps.set(count, step)
  return step
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b))

/** How many modules a selection has in the whole run, and for each of them its rank among those; undefined: not selected. */
export class Selected {
  readonly #scenario: Scenario
  readonly #selection: Selection
  readonly #names: RunNames
  /** Of the whole run. */
  readonly total: number

  constructor(scenario: Scenario, selection: Selection, names: RunNames) {
    this.#scenario = scenario
    this.#selection = selection
    this.#names = names
    this.total = scenario.groups.filter((group) => this.#takes(group)).reduce((sum, { count }) => sum + count, 0)
  }

  rankOf(identity: FleetIdentity): number | undefined {
    if (!this.#takes(identity.group)) return undefined
    const { place, share } = this.#selection
    if (place !== null && identity.place !== place) return undefined
    const rank = spreadRank(this.#before(identity.group) + identity.index, this.total)
    return share < 1 && !this.#isDrawn(identity) ? undefined : rank
  }

  /** The same modules for the same seed, share and scenario, and others for another one. */
  #isDrawn({ group, index, place }: FleetIdentity): boolean {
    const { share } = this.#selection
    const part = group.places.find((each) => each.place === place)
    // Ranks below the place's share are its own: within them a second permutation draws.
    const drawn = spreadRank((index * 7 + this.#names.seed) % group.count, group.count)
    return part === undefined || part.share === 1
      ? drawn < Math.round(share * group.count)
      : drawn / group.count < share
  }

  #takes({ name }: ModuleGroup): boolean {
    const { groups } = this.#selection
    return groups.length === 0 || groups.includes(name)
  }

  #before(group: ModuleGroup): number {
    let before = 0
    for (const each of this.#scenario.groups) {
      if (each === group) return before
      if (this.#takes(each)) before += each.count
    }
    return before
  }
}
