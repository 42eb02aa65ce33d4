import { seededRandom } from '../../io/runtime/random.ts'
import { ShardRecorder } from '../metrics/recorder.ts'
import type { ShardSnapshot } from '../metrics/snapshot.ts'
import { durationOf, type FleetAction, type Phase, type Storm } from '../scenario/scenario.ts'
import { type ActionContext, beginPublishing, deviceTopic, takeTurn, turnOf } from './actions.ts'
import type { FleetDevice } from './device.ts'
import { type FleetIdentity, fleetIdentity, Selected } from './identity.ts'
import { makeDevice } from './make-device.ts'
import { readMark } from './payload.ts'
import { beginStorm, endStorm } from './storms.ts'
import { Timetable } from './timetable.ts'
import type { Verifier } from './verifier.ts'
import { verifierOf } from './verifying.ts'
import type { ShardPlan, ShardWorld } from './world.ts'

/** How long the last messages may take to be acknowledged and seen, and connections to be ended, ms. */
const drainMs = 3000
const leaveMs = 1000
const pollMs = 25
/** Who takes over connects what was connected within this time. */
const takeOverMs = 2000
/** Of an incarnation: each begins its sequence numbers behind the ones that the one before can have had. */
const sequencesEach = 1_000_000_000

/** Runs the modules of one part of a run. */
export class Shard {
  readonly #plan: ShardPlan
  readonly #world: ShardWorld
  readonly #recorder: ShardRecorder
  readonly #schedule: Timetable
  readonly #devices: readonly FleetDevice[]
  readonly #context: ActionContext
  /** Made when something is verified. */
  #verifier: Verifier | undefined
  #isEnding = false
  /** How it stood before its modules were disconnected at the end. */
  #last: ShardSnapshot | undefined
  #stopping: Promise<ShardSnapshot> | undefined

  constructor(plan: ShardPlan, world: ShardWorld) {
    const { run, scenario, shard, incarnation, first, modules } = plan
    this.#plan = plan
    this.#world = world
    const names = { run, seed: scenario.seed }
    const identities = Array.from({ length: modules }, (_, i) => fleetIdentity(scenario, names, first + i))
    const clientOf = (module: number) => identities[module - first]!.clientId
    const phaseStarts = scenario.phases.map(({ startMs }) => startMs)
    this.#recorder = new ShardRecorder({ run, shard, incarnation, first, modules, clientOf, phaseStarts })
    this.#schedule = new Timetable(world.clock, (ms, at) => this.#recorder.late(ms, at))
    const parts = {
      recorder: this.#recorder,
      now: () => world.clock.now(),
      sentAtOf: (payload: string) => readMark(run, payload)?.sentAt,
      sequencesFrom: incarnation * sequencesEach,
      isListening: () => this.#verifier?.isListening ?? false,
    }
    const making = { plan, world, schedule: this.#schedule, parts }
    this.#devices = identities.map((identity) => makeDevice(making, identity))
    const random = seededRandom(scenario.seed + first + incarnation)
    this.#context = { plan, schedule: this.#schedule, random, isEnding: () => this.#isEnding }
  }

  /** Begins what is planned; resolves to the last snapshot when all phases are over. */
  run(): Promise<ShardSnapshot> {
    for (const phase of this.#plan.scenario.phases) this.#planPhase(phase)
    return new Promise((resolve, reject) => {
      this.#schedule.at(durationOf(this.#plan.scenario), () => void this.stop().then(resolve, reject))
    })
  }

  snapshot(): ShardSnapshot {
    return this.#last ?? this.#recorder.snapshot(this.#world.clock.now(), this.#world.health())
  }

  /** No new messages; what is under way gets its time; connections end in order. Resolves to the last snapshot. */
  stop(): Promise<ShardSnapshot> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<ShardSnapshot> {
    this.#isEnding = true
    await this.#until(() => this.#isDrained(), drainMs)
    const last = this.snapshot()
    this.#last = last
    this.#verifier?.close()
    for (const { host } of this.#devices) host.disconnect()
    await this.#until(() => this.#devices.every(({ module }) => !hasConnection(module)), leaveMs)
    this.#schedule.close()
    await Promise.all(
      this.#devices.map(async ({ host, module }) => {
        await host.close()
        await module.close()
      }),
    )
    return last
  }

  #isDrained(): boolean {
    return this.#devices.every(({ host }) => host.pending() === 0) && (!this.#verifier || this.#recorder.hasSeenAll())
  }

  #until(isDone: () => boolean, longestMs: number): Promise<void> {
    const end = this.#world.clock.now() + longestMs
    return new Promise((resolve) => {
      const look = (): void => {
        if (isDone() || this.#world.clock.now() >= end) resolve()
        else this.#world.clock.after(pollMs, look)
      }
      look()
    })
  }

  #planPhase(phase: Phase): void {
    for (const action of phase.actions) this.#planAction(phase, action)
    for (const storm of phase.storms) this.#planStorm(phase, storm)
  }

  #planAction(phase: Phase, action: FleetAction): void {
    const isPast = phase.startMs + phase.durationMs < this.#schedule.now()
    this.#schedule.at(Math.max(phase.startMs, this.#schedule.now()), () => this.#beginAction(phase, action, isPast))
  }

  #beginAction(phase: Phase, action: FleetAction, isPast: boolean): void {
    const selected = this.#selected(action)
    const now = this.#schedule.now()
    for (const device of this.#devices) {
      const rank = selected.rankOf(device.identity)
      if (rank === undefined) continue
      if ('overMs' in action)
        this.#planTurn(
          action,
          device,
          isPast ? takenOverAt(now, rank, selected.total) : phase.startMs + turnOf(action, rank, selected.total),
        )
      else if (action.kind === 'subscribe') device.subscribe(deviceTopic(this.#plan, device, action.topic), action.qos)
      else if (action.kind === 'publish')
        beginPublishing(
          action,
          { device, selected, rank },
          { beginAt: Math.max(now, phase.startMs), endAt: phase.startMs + action.forMs },
          this.#context,
        )
    }
    if (action.kind === 'verify') void this.#verify(action, selected)
  }

  #planTurn(action: Extract<FleetAction, { readonly overMs: number }>, device: FleetDevice, at: number): void {
    const due = Math.max(at, this.#schedule.now())
    this.#schedule.at(due, () => !this.#isEnding && takeTurn(action, device, due, this.#context))
  }

  async #verify(action: Extract<FleetAction, { readonly kind: 'verify' }>, selected: Selected): Promise<void> {
    const isVerified = ({ group }: FleetIdentity) => group.host !== 'transcript'
    const devices = this.#devices.filter(
      ({ identity }) => isVerified(identity) && selected.rankOf(identity) !== undefined,
    )
    if (devices.length === 0) return
    this.#verifier ??= verifierOf(this.#plan, this.#world, this.#schedule, devices[0]!, (payload) =>
      this.#verified(payload),
    )
    const publishes = this.#plan.scenario.phases
      .flatMap(({ actions }) => actions)
      .filter(({ kind }) => kind === 'publish')
    const topics = publishes.flatMap((publish) => {
      const publishing = this.#selected(publish)
      const of = devices.filter(({ identity }) => publishing.rankOf(identity) !== undefined)
      return of.map((device) => deviceTopic(this.#plan, device, (publish as { readonly topic: string }).topic))
    })
    this.#verifier.add([...new Set(topics)], action.qos)
    await this.#verifier.ready()
    for (const device of devices) device.isVerified = true
  }

  #verified(payload: string): void {
    const mark = readMark(this.#plan.run, payload)
    const device = mark && this.#devices[mark.module - this.#plan.first]
    if (!device) return
    this.#recorder.verified(device.identity.clientId, mark.sequence, mark.sentAt, this.#schedule.now())
  }

  #planStorm({ startMs }: Phase, storm: Storm): void {
    const [beginAt, endAt] = [startMs + storm.atMs, startMs + storm.atMs + storm.forMs]
    const now = this.#schedule.now()
    if (endAt < now) return
    const selected = this.#selected(storm)
    const devices = this.#devices.filter(({ identity }) => selected.rankOf(identity) !== undefined)
    this.#schedule.at(Math.max(beginAt, now), () => {
      this.#recorder.stormBegan(storm.name, beginAt)
      for (const device of devices) beginStorm(storm, device, beginAt, this.#neighbourOf(device))
    })
    this.#schedule.at(endAt, () => {
      for (const device of devices) endStorm(storm, device, endAt)
      this.#recorder.stormEnded(
        storm.name,
        endAt,
        devices.map(({ number }) => number),
      )
    })
  }

  /** The ID of the module that comes next in this shard. */
  #neighbourOf({ number }: FleetDevice): string {
    const { first, modules } = this.#plan
    return this.#devices[(number - first + 1) % modules]!.identity.clientId
  }

  #selected(selection: FleetAction | Storm): Selected {
    const { run, scenario } = this.#plan
    return new Selected(scenario, selection, { run, seed: scenario.seed })
  }
}

const takenOverAt = (now: number, rank: number, total: number): number => now + (rank / Math.max(1, total)) * takeOverMs

const hasConnection = (module: FleetDevice['module']): boolean => {
  const { mqtt } = module.state().service
  return mqtt.kind === 'started' && mqtt.clients.some(({ kind }) => kind === 'connected' || kind === 'disconnecting')
}
