import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, expect, test } from 'vitest'
import { sim767x } from '../../src/at/profiles/sim767x.ts'
import { serveConsole } from '../../src/console/server/console-server.ts'
import { exporter } from '../../src/console/server/exports.ts'
import { showModule } from '../../src/console/server/module-rows.ts'
import { readPageFiles } from '../../src/console/server/page-files.ts'
import { ConsoleTimeline } from '../../src/console/server/timeline.ts'
import { LineAdviser } from '../../src/explain/line-adviser.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import { consolePage } from '../../src/launch/package.ts'
import { startModule } from '../../src/launch/start-module.ts'
import { TypingHost } from '../support/console/typed-session.ts'
import { type Chromium, chromiumMissing, startChromium } from '../support/programs/chromium.ts'

/** `npm run soak -- console [MINUTES]` */
const minutes = Number(process.env.ATMQTT_CONSOLE_SOAK_MINUTES ?? 0)
/** Small, so that memory and file are full long before the end. */
const limits = { memoryBytes: 2 ** 20, fileBytes: 4 * 2 ** 20 }
const rowsASecond = 200
const mib = 2 ** 20
const closers: (() => Promise<void> | void)[] = []
afterAll(async () => {
  for (const close of closers.reverse()) await close()
})

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

/** The page in a browser. Its rows are in a worker, whose store has a limit of its own. */
async function openTab({ context }: Chromium, url: string) {
  const page = await context.newPage()
  await page.goto(url)
  await page.locator('.status[data-state=live]').waitFor()
  const session = await context.newCDPSession(page)
  const heap = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Runtime.getHeapUsage')).usedSize
  }
  return { heap, rows: () => page.locator('#rows').getAttribute('aria-rowcount') }
}

test.skipIf(minutes === 0 || chromiumMissing)(
  'the memory of a console stays flat at 200 rows a second',
  { timeout: 7_200_000 },
  async () => {
    const module = await startModule({ broker: true })
    closers.push(() => module.close())
    const timeline = new ConsoleTimeline({ clock: nodeClock, limits })
    const newAdviser = () => new LineAdviser(sim767x)
    const { faults, module: device } = module.operated
    closers.push(showModule(timeline, { module: device, faults, clock: nodeClock, leftOut: [], newAdviser }))
    const about = {
      protocol: 1,
      run: 'soak',
      version: '',
      source: { kind: 'module' },
      clockStart: '',
      broker: true,
    } as const
    const served = { timeline, about, help: [], exportRows: exporter(timeline, about) }
    const opened = await serveConsole({ host: '127.0.0.1', port: 0, files: readPageFiles(consolePage), served })
    closers.push(() => opened.close())
    const chromium = await startChromium()
    closers.push(() => chromium.close())
    const tab = await openTab(chromium, opened.viewUrl)
    const host = new TypingHost(module)
    await host.connect(module.broker!)
    const began = performance.now()
    const heaps: number[] = []
    const tabHeaps: number[] = []
    for (let cycle = 1; performance.now() - began < minutes * 60_000; cycle++) {
      await host.publish('room/1', `value ${cycle}`)
      host.output = ''
      const ahead = timeline.history.last / rowsASecond - (performance.now() - began) / 1000
      if (ahead > 0) await sleep(ahead * 1000)
      if ((performance.now() - began) / (minutes * 6000) <= heaps.length) continue
      heaps.push(heapAfterCollection())
      tabHeaps.push(await tab.heap())
    }
    const seconds = (performance.now() - began) / 1000
    const shown = (bytes: readonly number[]): string => bytes.map((each) => (each / mib).toFixed(1)).join(' ')
    process.stdout.write(
      `${timeline.history.last} rows in ${seconds.toFixed(0)} s, ${(timeline.history.totalBytes / mib).toFixed(1)} MiB; heap in MiB, each tenth: ${shown(heaps)}; of the tab, without its rows: ${shown(tabHeaps)}; rows in the tab: ${await tab.rows()}\n`,
    )
    expect(timeline.history.first).toBeGreaterThan(1)
    expect(heaps.at(-1)! - heaps[2]!).toBeLessThan(4 * mib)
    expect(tabHeaps.at(-1)! - tabHeaps[2]!).toBeLessThan(4 * mib)
  },
)
