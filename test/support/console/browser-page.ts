import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Console } from '../../../src/console/server/console-server.ts'
import { startConsole } from '../../../src/console/server/start-console.ts'
import type { RunningModule } from '../../../src/launch/running-module.ts'
import { startModule } from '../../../src/launch/start-module.ts'
import type { StartOptions } from '../../../src/launch/start-options.ts'
import type { Page } from '../../../tools/browser/playwright.ts'
import type { Chromium } from '../programs/chromium.ts'

/** What the browser reaches as `localhost`: it leads to the console's port, and can be cut. */
export class CuttableWay {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  target = 0
  isOpen = true

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => this.#lead(socket))
  }

  static async open(): Promise<CuttableWay> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new CuttableWay(server)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  cut(): void {
    this.isOpen = false
    for (const socket of this.#sockets) socket.destroy()
  }

  close(): void {
    this.cut()
    this.#server.close()
  }

  #lead(socket: Socket): void {
    if (!this.isOpen) return void socket.destroy()
    const onward = connect(this.target, '127.0.0.1')
    for (const each of [socket, onward]) {
      this.#sockets.add(each)
      each.on('error', () => {})
      each.on('close', () => this.#sockets.delete(each))
    }
    socket.pipe(onward).pipe(socket)
  }
}

/** A module, its console, and the page of it in a browser, used as people do. */
export class PageUser {
  readonly module: RunningModule
  readonly console: Console
  readonly page: Page
  /** What the browser complained of. */
  readonly complaints: string[] = []

  constructor(module: RunningModule, console: Console, page: Page) {
    this.module = module
    this.console = console
    this.page = page
    page.setDefaultTimeout(5000)
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(error.message))
  }

  /** `way`: by its name `localhost`, over a way that can be cut. */
  static async open({ context }: Chromium, options: StartOptions = {}, way?: CuttableWay): Promise<PageUser> {
    const module = await startModule({ broker: true, ...options })
    const console = await startConsole(module, { port: 0 })
    if (way) way.target = Number(console.address.split(':')[1])
    const user = new PageUser(module, console, await context.newPage())
    await user.page.goto(way ? console.url.replace('127.0.0.1', 'localhost') : console.url)
    await user.page.locator('.status[data-state=live]').waitFor()
    return user
  }

  get broker(): string {
    return this.module.broker!.replace('mqtt:', 'tcp:')
  }

  async close(): Promise<void> {
    await this.page.close()
    await this.module.close()
  }

  /** Types a line, or data where the module waits for them, and waits for what is answered. */
  async type(text: string, answer: string): Promise<void> {
    const field = this.page.locator('#command')
    await field.fill(text)
    await field.press('Enter')
    await this.row(answer).last().waitFor()
  }

  async connect(login = ''): Promise<void> {
    await this.type('AT+CMQTTSTART', '+CMQTTSTART: 0')
    await this.type('AT+CMQTTACCQ=0,"dev-1"', 'OK')
    await this.type(`AT+CMQTTCONNECT=0,"${this.broker}",60,1${login}`, '+CMQTTCONNECT: 0,0')
  }

  async publish(topic: string, payload: string): Promise<void> {
    await this.type(`AT+CMQTTTOPIC=0,${topic.length}`, `→ AT+CMQTTTOPIC=0,${topic.length}`)
    await this.#data(topic)
    await this.type(`AT+CMQTTPAYLOAD=0,${payload.length}`, `→ AT+CMQTTPAYLOAD=0,${payload.length}`)
    await this.#data(payload)
    await this.type('AT+CMQTTPUB=0,1,60', '+CMQTTPUB: 0,0')
  }

  /** The line says that it waits for data. */
  async #data(text: string): Promise<void> {
    await this.page.getByRole('heading', { name: 'Data for' }).waitFor()
    await this.type(text, text)
    await this.page.getByRole('heading', { name: 'Command line' }).waitFor()
  }

  row(text: string) {
    return this.page.locator('.row:visible', { hasText: text })
  }

  /** A line of the device, by what it is about. */
  fact(about: string) {
    return this.page.locator('.fact', { has: this.page.locator('.fact-about', { hasText: about }) })
  }

  /** What axe says against the page as it stands: of rows, faults and retained topics, which are alike, the first ones. */
  async accessibility(): Promise<readonly string[]> {
    if (!(await this.page.evaluate('"axe" in globalThis'))) await this.page.evaluate(axe)
    return this.page.evaluate(async () => {
      const exclude = [['.row:nth-of-type(n+16)'], ['.faults > li:nth-of-type(n+5)']]
      const { violations } = await Reflect.get(globalThis, 'axe').run({ exclude }, { resultTypes: ['violations'] })
      return violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${id}: ${nodes[0]?.html}`)
    })
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
