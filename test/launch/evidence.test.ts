import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { mqttCommands } from '../../src/at/commands/mqtt/mqtt-commands.ts'
import { profiles } from '../../src/at/public.ts'
import { memoryLine } from '../../src/driver/node.ts'
import { EvidenceRecorder } from '../../src/launch/evidence/evidence-recorder.ts'
import { exchangeSituations } from '../../src/launch/evidence/exchange-situations.ts'
import { happeningSituations } from '../../src/launch/evidence/happening-situations.ts'
import { belowGrade } from '../../src/launch/evidence/run-evidence.ts'
import { type RunningModule, startModule } from '../../src/launch/public.ts'
import { createRig, type Rig } from '../../src/launch/rig/rig.ts'
import { run } from '../support/cli.ts'
import { connected, type Scene, scenes, types } from '../support/launch/evidence-scenes.ts'
import { FaultyModule } from '../support/module/faulty-module.ts'
import { requirements } from '../support/requirements/requirements.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-evidence-'))
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

async function rigAfter({ options, plays }: Scene): Promise<Rig> {
  const rig = await createRig(options)
  open.push(rig)
  await plays(rig)
  return rig
}

async function started(): Promise<RunningModule> {
  const module = await startModule({ evidence: true })
  open.push(module)
  return module
}

const idsOf = (rig: Pick<Rig, 'evidence'>): readonly string[] => rig.evidence().behaviours.map(({ id }) => id)

describe('a run that relies on a behaviour says so', () => {
  test.each(Object.entries(scenes))('%s', async (id, scene) => {
    const rig = await rigAfter(scene)
    expect(idsOf(rig), rig.trace()).toContain(id)
  })

  test('each that can be seen is among them, and is a requirement', () => {
    const ids = [...new Set([...exchangeSituations, ...happeningSituations].map(({ id }) => id))].sort()
    const shown = [...Object.keys(scenes).filter((id) => id !== 'line-1'), 'line-8', 'pub-5', 'state-20']
    expect(ids).toEqual(shown.sort())
    const known = new Set(requirements().map(({ id }) => id))
    expect(ids.filter((id) => !known.has(id))).toEqual([])
  })

  test('each situation is seen in some run and not in an ordinary one', async () => {
    const rig = await rigAfter({ plays: (made) => types(made, ...connected, 'AT+CMQTTDISC=0,60') })
    expect(idsOf(rig)).toEqual(['gen-e-write', '2.2.1-execute', '2.2.3-write', '2.2.8-write', '2.2.9-write'])
  })

  test('a filter that the server refuses, and a client that waits for the end of DISC', () => {
    const m = new FaultyModule().connected()
    const recorder = new EvidenceRecorder(m.module, profiles.sim767x!)
    m.server.answers = false
    m.at('+CMQTTSUB=0,1,1')
    m.type('t')
    m.server.send(Buffer.of(0x90, 3, 0, 1, 0x80))
    m.faults.start('socket-congested')
    m.publish(0)
    m.publish(0)
    m.advance(60_000)
    const other = m.attach('other')
    m.at('+CMQTTDISC=0,60')
    other('AT+CMQTTTOPIC=0,1\r')
    expect([...recorder.recorded().situations.keys()]).toEqual(expect.arrayContaining(['pub-5', 'state-20']))
  })

  test('a command whose prompt is lost was used, and is counted once', async () => {
    const lost = (data: string) => ({
      plays: async (rig: Rig) => {
        await types(rig, ...connected)
        rig.fault('prompt-lost')
        await types(rig, `AT+CMQTTPAYLOAD=0,1${data}`)
      },
    })
    for (const data of ['', '|p']) {
      const { behaviours } = (await rigAfter(lost(data))).evidence()
      expect(behaviours.find(({ id }) => id === '2.2.11-write')).toMatchObject({ times: 1 })
    }
  })

  test('a refusal behind NONET is no refusal before START, nor one behind STOP', async () => {
    const stopped = [...connected, 'AT+CMQTTDISC=0,60', 'AT+CMQTTREL=0', 'AT+CMQTTSTOP', 'AT+CMQTTPAYLOAD=0,1']
    for (const lines of [['AT+CMQTTPAYLOAD=0,1'], stopped])
      expect(idsOf(await rigAfter({ plays: (rig) => types(rig, ...lines) }))).not.toContain('conn-38')
  })

  test('a prompt that stays open when its host leaves', async () => {
    const module = await started()
    const line = memoryLine()
    module.attach(line.accepted, 'line')
    const host = line.dial()
    host.start({ data() {} })
    host.write(Buffer.from('AT+CMQTTSTART\rAT+CMQTTACCQ=0,"a"\rAT+CMQTTTOPIC=0,3\r'))
    expect(idsOf(module)).not.toContain('line-8')
    await host.close()
    expect(idsOf(module)).toContain('line-8')
  })
})

describe('forms of commands', () => {
  test('each has the grade of its definition, and is counted', async () => {
    const rig = await rigAfter({
      plays: (made) => types(made, 'AT+CSQ', 'AT+CSQ;+CSQ', 'AT+CMQTTSTART', 'AT+CMQTTACCQ?'),
    })
    expect(rig.evidence().behaviours).toEqual([
      {
        id: 'gen-csq-execute',
        what: expect.stringContaining('`AT+CSQ`'),
        grade: 'C',
        source: 'AT manuals of the maker',
        times: 3,
      },
      {
        id: '2.2.1-execute',
        what: '`AT+CMQTTSTART`: Start the MQTT service',
        grade: 'note',
        source: '§2.2.1',
        times: 1,
      },
      { id: '2.2.3-read', what: '`AT+CMQTTACCQ?`: Acquire a client', grade: 'note', source: '§2.2.3', times: 1 },
    ])
  })

  test('what is only accepted stands apart, and so does what is unknown, and replies of the profile', async () => {
    const { sim767x } = profiles
    const profile = { ...sim767x!, replies: { 'AT+MINE': ['+MINE: 1', 'OK'] } }
    const rig = await rigAfter({
      options: { profile },
      plays: (made) => types(made, 'AT+MINE', 'AT+NOTHING', 'ATH', 'AT+CPIN1234'),
    })
    const { accepted, unknown, replies } = rig.evidence()
    expect(accepted.map(({ id, what, times }) => [id, what, times])).toEqual([
      ['gen-h-execute', expect.stringContaining('`ATH`'), 1],
    ])
    expect([unknown.includes('+NOTHING'), replies]).toEqual([true, ['+MINE']])
    expect(JSON.stringify(rig.evidence())).not.toContain('1234')
  })

  test('every form of every MQTT command has an ID of its own', async () => {
    const forms = Object.values(mqttCommands(profiles.sim767x!.mqtt)).flatMap(({ name, ...rest }) =>
      'write' in rest ? Object.keys(rest.write).map((key) => `${name} ${key}`) : [],
    )
    expect(forms.length).toBeGreaterThan(15)
  })
})

describe('--evidence and --require-grade', () => {
  const session = 'ATE0\rAT+CMQTTSTART\rAT+CMQTTSTART?\rATH\rAT+NOTHING\r'
  const program = `
    const socket = require('net').connect(Number(process.env.ATMQTT_TCP.split(':')[1]))
    socket.write(${JSON.stringify(session)}, 'latin1')
    socket.on('data', (bytes) => { if (String(bytes).split('ERROR').length > 2 || (got += bytes).split('ERROR').length > 2) process.exit(Number(process.argv[1])) })
    let got = ''`
  const host = (code: number) => ['--', process.execPath, '-e', program, String(code)]
  const free = ['--tcp', '127.0.0.1:0', '--no-pty', '--no-broker']
  const module = (...args: readonly string[]) => run(['module', ...free, '--log', 'error', ...args])

  test('a text, JSON or JUnit by the ending of the file', async () => {
    const [text, json, xml] = ['run.txt', 'run.json', 'run.xml'].map((name) => join(folder, name))
    for (const file of [text!, json!, xml!]) {
      const { code } = await module('--evidence', file, ...host(0))
      expect(code).toBe(0)
    }
    expect(readFileSync(text!, 'utf8')).toMatch(
      /^E \(nothing observed: our choice\): \d+\n.*2\.2\.1-r8 {2}AT\+CMQTTSTART\? is ERROR/ms,
    )
    const { behaviours, accepted, unknown } = JSON.parse(readFileSync(json!, 'utf8'))
    expect(behaviours[0]).toMatchObject({ id: '2.2.1-r8', grade: 'E', times: 1 })
    expect([accepted.length, unknown]).toEqual([1, ['+NOTHING']])
    const report = readFileSync(xml!, 'utf8')
    expect(report).toMatch(/<testsuite name="grade E" tests="\d+" failures="0">/)
    expect(report).not.toContain('<failure')
  })

  test('--require-grade: 1 and a sentence that names what is known less well, whatever the program says; JUnit fails', async () => {
    const xml = join(folder, 'required.xml')
    const { code, err } = await module('--evidence', xml, '--require-grade', 'D', ...host(0))
    expect(code).toBe(1)
    expect(err).toMatch(
      /^atmqtt: grade D is required, and the run relied on 2\.2\.1-r8 \(E\).*\(accepted\), AT\+NOTHING \(unknown\)\.$/m,
    )
    expect(readFileSync(xml, 'utf8')).toMatch(/<failure message="grade E, and at least D is required"\/>/)
    expect((await module('--require-grade', 'D', ...host(7))).code).toBe(7)
  })

  test('faults that came to nothing are in it', async () => {
    const file = join(folder, 'idle.txt')
    const module = await startModule({ evidence: file, log: 'silent' })
    module.fault('prompt-lost')
    module.fault('ok-lost', {}, { onCommand: 'AT+CMQTTPUB*' })
    module.fault('network-silent')
    const sentences = ['fault prompt-lost touched nothing', 'fault ok-lost never started: AT+CMQTTPUB* did not come']
    expect(module.evidence().idleFaults).toEqual(sentences)
    expect(module.faultRecords().map(({ touched }) => touched)).toEqual([false, false, true])
    await module.close()
    expect(readFileSync(file, 'utf8')).toContain(`Faults that came to nothing: 2\n  ${sentences.join('\n  ')}`)
  })

  test('a run that relies on nothing worse ends as its program does', async () => {
    const quiet = ['--', process.execPath, '-e', '']
    expect((await module('--require-grade', 'note', ...quiet)).code).toBe(0)
  })

  test.each([
    [['--require-grade', 'F'], 2, '--require-grade F: give one of note, A, B, C, D.'],
    [['--evidence', '/nonexistent/folder/e.txt', '--', process.execPath, '-e', ''], 3, "can't be written"],
  ])('%j is exit %i', async (args, code, sentence) => {
    const result = await module(...args)
    expect(result.code).toBe(code)
    expect(result.err).toContain(sentence)
  })

  test('evidence() without the option is a UsageError', async () => {
    const plain = await startModule()
    open.push(plain)
    expect(() => plain.evidence()).toThrow('start the module with evidence: true')
  })

  test('what counts as known less well', () => {
    const behaviour = (id: string, grade: 'C' | 'E') => ({ id, what: '', grade, source: '', times: 1 }) as const
    const evidence = {
      tool: '',
      profile: '',
      behaviours: [behaviour('a', 'E'), behaviour('b', 'C')],
      accepted: [behaviour('c', 'C')],
      unknown: ['+X'],
      replies: ['+Y'],
      idleFaults: [],
    }
    expect(belowGrade(evidence, 'D')).toEqual(['a (E)', 'c (accepted)', 'AT+X (unknown)'])
    expect(belowGrade(evidence, 'A')).toEqual(['a (E)', 'b (C)', 'c (accepted)', 'AT+X (unknown)'])
  })
})

test.each([
  ['a folder', () => folder, /EISDIR.*: give another file\.$/],
  ['in no folder', () => join(folder, 'none', 'evidence.json'), /ENOENT.*: give another file\.$/],
  [
    'a pipe that nobody reads',
    () => {
      const path = join(folder, 'pipe')
      execFileSync('mkfifo', [path])
      return path
    },
    /it is a pipe that nobody reads, start its reader first\.$/,
  ],
])('evidence that can not be written is told at the start: %s', async (_, path, sentence) => {
  await expect(startModule({ evidence: path() })).rejects.toThrow(sentence)
})
