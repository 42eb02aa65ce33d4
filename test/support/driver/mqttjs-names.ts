import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const path = (relative: string): string => fileURLToPath(new URL(`../../../${relative}`, import.meta.url))

/** Names by what they are: what a package exports, and what stands in the types that programs use. */
export interface Names {
  readonly exports: readonly string[]
  /** Of a client; MQTT.js's private ones and those of Node's emitter left out. */
  readonly members: readonly string[]
  readonly events: readonly string[]
  readonly options: readonly string[]
  readonly publishOptions: readonly string[]
  readonly subscribeOptions: readonly string[]
}

export const kinds = ['exports', 'members', 'events', 'options', 'publishOptions', 'subscribeOptions'] as const

/** Both sides by the compiler: MQTT.js's declarations, and our entry for Node under the same names. */
export function bothNames(): { readonly theirs: Names; readonly ours: Names } {
  const files = [path('node_modules/mqtt/build/index.d.ts'), path('src/driver/node.ts')] as const
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
  })
  const [theirs, ours] = files.map((file) => namesIn(program, file))
  return { theirs: theirs!, ours: ours! }
}

function namesIn(program: ts.Program, file: string): Names {
  const checker = program.getTypeChecker()
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!)
  const propertiesOf = (name: string): readonly string[] => {
    const found = symbols.find((symbol) => symbol.name === name)
    if (!found) throw new Error(`${file} does not export ${name}`)
    const symbol = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found
    return checker
      .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
      .filter(isPublic)
      .map(({ name: own }) => own)
  }
  return {
    exports: symbols.map(({ name }) => name),
    members: propertiesOf('MqttClient').filter((name) => !ofEmitter.has(name)),
    events: propertiesOf('MqttClientEventCallbacks'),
    options: propertiesOf('IClientOptions'),
    publishOptions: propertiesOf('IClientPublishOptions'),
    subscribeOptions: propertiesOf('IClientSubscribeOptions'),
  }
}

/** Neither `private`, nor `#private`, nor a symbol. */
const isPublic = (symbol: ts.Symbol): boolean =>
  !/^(__|_|#)/.test(symbol.name) &&
  !(symbol.declarations ?? []).some(
    (declaration) => ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected),
  )

/** Both have them from the same emitter. */
export const emitterMethods = [
  ...['addListener', 'emit', 'eventNames', 'getMaxListeners', 'listenerCount', 'listeners', 'off', 'on', 'once'],
  ...['prependListener', 'prependOnceListener', 'rawListeners', 'removeAllListeners', 'removeListener'],
  'setMaxListeners',
]
const ofEmitter: ReadonlySet<string> = new Set(emitterMethods)

type Reasons = Readonly<Record<(typeof kinds)[number], Readonly<Record<string, string>>>>

const inside = 'the inside of MQTT.js'
const stores = 'the module keeps its own session'

/** What MQTT.js has and the driver has not, with the reason. */
export const lacking: Reasons = {
  exports: {
    Store: stores,
    IStore: stores,
    DefaultMessageIdProvider: 'the module chooses packet identifiers',
    UniqueMessageIdProvider: 'the module chooses packet identifiers',
    KeepaliveManager: 'the module sends the keep-alives',
    Timer: 'the module sends the keep-alives',
    TimerVariant: 'the module sends the keep-alives',
    ReasonCodes: 'of MQTT 5.0',
    AckHandler: 'of MQTT 5.0',
    MqttProtocolWithUnix: 'the module connects over TCP',
    PendingCommand: inside,
    applyMixin: inside,
    GenericCallback: inside,
    IStream: inside,
    StreamBuilder: inside,
    Callback: inside,
    PacketPump: inside,
    PacketHandler: inside,
    Constructor: inside,
    nextTick: inside,
    MQTTJS_VERSION: 'it is not MQTT.js',
    ErrorWithSubackPacket: 'the line tells no SUBACK',
    validateTopic: inside,
    validateTopics: inside,
  },
  members: {
    connect: 'it connects by itself; `reconnect()` connects again',
    incomingStore: stores,
    outgoingStore: stores,
    messageIdProvider: 'the module chooses packet identifiers',
    messageIdToTopic: 'the module chooses packet identifiers',
    outgoing: 'the module chooses packet identifiers; `queue.length` says what waits',
    keepaliveManager: 'the module sends the keep-alives',
    sendPing: 'the module sends the keep-alives',
    reschedulePing: 'the module sends the keep-alives',
    onKeepaliveTimeout: 'the module sends the keep-alives',
    handleAuth: 'of MQTT 5.0',
    serverProperties: 'of MQTT 5.0',
    log: 'the option `trace` is told what goes over the line',
    noop: inside,
  },
  events: {},
  options: {
    ...{ keyPath: 'refused: `key`', certPath: 'refused: `cert`', caPaths: 'refused: `ca`' },
    ALPNProtocols: 'refused: the module can not send ALPN',
    servers: 'refused: one server',
    manualConnect: 'refused: it connects by itself',
    unixSocket: 'refused: the module connects over TCP',
    socksProxy: 'refused: the module takes no proxy',
    ...{ socksTimeout: 'ignored, with a warning', my: 'ignored, with a warning' },
  },
  publishOptions: {},
  subscribeOptions: {},
}

/** What the driver has and MQTT.js has not: a program that uses it does not run on MQTT.js. */
export const beyond: Readonly<Record<(typeof kinds)[number], readonly string[] | 'anything'>> = {
  exports: 'anything',
  members: ['clientId', 'clientIndex', 'info', 'modem', 'publishOutcome', 'signal'],
  events: ['warning'],
  options: [
    ...['apn', 'apnPassword', 'apnUser', 'attempts', 'baud', 'bauds', 'checkPeriod', 'clientIndex', 'clock'],
    ...['hardReset', 'ignoreLocalTime', 'keepsFilter', 'limitFactor', 'maxAttempts', 'maxReconnectPeriod'],
    ...['networkTimeout', 'ownsCertificate', 'passphrase', 'pin', 'portOptions', 'profile', 'publishTimeout'],
    ...['queueLimit', 'queuePolicy', 'queueTimeout', 'random', 'refusedPins', 'resend', 'rtscts', 'trace'],
    ...['unsupported', 'url'],
  ],
  publishOptions: [],
  subscribeOptions: [],
}

/** For the reference: what is missing, with the reason, each kind in a row. */
export function lackingTable(): string {
  const titles = { exports: 'exports', members: 'of a client', events: 'events', options: 'options' } as const
  const rows = Object.entries(titles).flatMap(([kind, title]) => {
    const byReason = new Map<string, string[]>()
    for (const [name, reason] of Object.entries(lacking[kind as keyof typeof titles]))
      byReason.set(reason, [...(byReason.get(reason) ?? []), `\`${name}\``])
    return [...byReason].map(([reason, names]) => `| ${title} | ${names.join(', ')} | ${reason} |`)
  })
  return ['| | MQTT.js 5.16 | why it is not here |', '| --- | --- | --- |', ...rows].join('\n')
}
