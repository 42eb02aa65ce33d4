/** What the files of a folder, or one file, may import beside their own folder: the right-hand column of architecture.md. */
export interface Rule {
  /** Paths below `src/`: folders end with `/`. Every folder but `mqtt/` may import `at/`. */
  readonly imports?: readonly string[]
  /** Interfaces: what may be imported with `import type` alone. */
  readonly types?: readonly string[]
  /** Of npm. */
  readonly packages?: readonly string[]
}

const everything = ['']

/** By path below `src/`. A file has what all rules allow whose path it begins with. */
export const rules: Readonly<Record<string, Rule>> = {
  'at/': {},
  'mqtt/': {},
  'io/': { packages: ['koffi', 'pino', 'pure-rand', 'serialport'] },
  'module/': { imports: ['mqtt/', 'io/runtime/', 'io/stream.ts'], types: ['io/net/', 'io/tls/'] },
  'driver/': { imports: ['io/runtime/', 'io/stream.ts'], packages: ['eventemitter3'] },
  'driver/node.ts': { imports: ['io/'] },
  'driver/web.ts': { imports: ['io/transports/'] },
  'faults/': { imports: ['module/', 'io/'], packages: ['valibot'] },
  'broker/': { imports: ['io/'], packages: ['@peculiar/asn1-schema', '@peculiar/asn1-x509', 'aedes'] },
  'broker/memory/': { imports: ['mqtt/'] },
  'profile-file/': { packages: ['valibot'] },
  'control/': { imports: ['mqtt/', 'module/', 'faults/', 'io/'], packages: ['valibot'] },
  'transcript/': { imports: ['io/'] },
  'conformance/': { imports: ['transcript/', 'profile-file/', 'io/'], packages: ['fast-xml-builder', 'valibot'] },
  'recording/': { imports: ['transcript/', 'io/'] },
  'terminal/': { imports: ['driver/', 'io/'] },
  'launch/': {
    imports: ['module/', 'driver/', 'faults/', 'broker/', 'control/', 'profile-file/', 'recording/', 'io/'],
  },
  'launch/evidence/': { imports: ['conformance/'], packages: ['fast-xml-builder'] },
  'launch/rig/vitest.ts': { packages: ['vitest'] },
  'explain/': { imports: ['module/', 'transcript/', 'recording/', 'io/runtime/'] },
  'console/': { imports: ['mqtt/', 'recording/', 'explain/', 'io/runtime/'], types: ['control/', 'module/'] },
  'console/server/': {
    imports: ['module/', 'control/', 'faults/', 'terminal/', 'io/', 'launch/package.ts'],
    types: ['launch/', 'broker/'],
    packages: ['ws', 'valibot'],
  },
  'console/page/': { packages: ['preact', '@preact/signals', 'uplot'] },
  'fleet/': {
    imports: ['mqtt/', 'module/', 'driver/', 'faults/', 'broker/', 'profile-file/', 'transcript/', 'launch/', 'io/'],
  },
  'fleet/scenario/': { packages: ['valibot', 'yaml'] },
  'fleet/engine/redis/': { packages: ['bullmq', 'ioredis'] },
  'fleet/metrics/': { packages: ['hdr-histogram-js'] },
  'fleet/report/': { packages: ['fast-xml-builder', 'prom-client', 'valibot'] },
  'cli/': { imports: everything, packages: ['commander'] },
}

/** A file right below `src/` is an entry of the package, which puts folders together. */
const entry: Rule = { imports: everything }

/** The rules for a file; none: the architecture does not have its folder. */
export const rulesOf = (path: string): readonly Rule[] =>
  path.includes('/') ? Object.keys(rules).flatMap((key) => (path.startsWith(key) ? [rules[key]!] : [])) : [entry]

/** Where I/O, clocks, randomness and Node may be: law 2. */
export const shells: readonly RegExp[] = [
  /^(io|broker|launch|cli)\//,
  /^module\/runtime\//,
  /^conformance\/scripted-broker\//,
  /^console\/(server|page)\//,
  /^fleet\/engine\//,
]

/** Single files where they may be. */
export const shellFiles: ReadonlySet<string> = new Set([
  'driver/node.ts',
  'control/control-client.ts',
  'control/control-server.ts',
  'control/trace-file.ts',
  'recording/capture-file.ts',
  'recording/recording-file.ts',
])

/** Words of law 2 that stand outside the shells on purpose: by file, each with its reason. */
export const worldExceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'driver/certificates/pem-files.ts': {
    'crypto.subtle.digest': 'a digest depends on its bytes alone, and browsers have no synchronous one',
  },
  'driver/web.ts': { console: 'the entry for browsers, as node.ts is for Node: warnings that no one takes go there' },
}

const portable = /^(at|mqtt|module|driver|faults|explain)\//

/** Runs in a browser as well. `driver/node.ts` is the driver's entry for Node. */
export const isPortable = (path: string): boolean => portable.test(path) && path !== 'driver/node.ts'

/** What is bundled for a browser. */
export const browserEntries = [
  'src/at/public.ts',
  'src/mqtt/public.ts',
  'src/module/public.ts',
  'src/driver/web.ts',
  'src/faults/public.ts',
  'src/explain/public.ts',
] as const
