import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type SimulationSource, SimulationError, build, cacheRoot } from '#sim/build'
import { openSimulation } from '#sim/bridge'

// A simulator that is not in the cache yet takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const source: SimulationSource = {
  top: 'blink',
  files: [
    {
      name: 'blink.v',
      text: 'module blink(input clk, input rst, output reg on); always @(posedge clk) on <= !rst && !on; endmodule\n',
    },
  ],
  ports: [{ name: 'on', direction: 'output', bits: 1 }],
  probes: [],
  memories: [],
}

/** The same design with other text, so that it is not in the cache. */
function variant(comment: string): SimulationSource {
  return { ...source, files: source.files.map(({ name, text }) => ({ name, text: `// ${comment}\n${text}` })) }
}

// A cache and a work directory of its own for each test. The run-time objects of Verilator come from the user's cache:
// they are the same for all designs, and compiling them takes longer than everything else here.
let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'tessera-build-test-'))
  const runtime = join(cacheRoot(), 'runtime')
  mkdirSync(runtime, { recursive: true })
  mkdirSync(join(place, 'cache'))
  mkdirSync(join(place, 'work'))
  mkdirSync(join(place, 'bin'))
  symlinkSync(runtime, join(place, 'cache', 'runtime'))
  vi.stubEnv('TESSERA_CACHE', join(place, 'cache'))
  vi.stubEnv('TMPDIR', join(place, 'work'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(place, { recursive: true })
})

function program(name: string, script: string): string {
  const path = join(place, 'bin', name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

async function failure(promise: Promise<unknown>): Promise<SimulationError> {
  const error: unknown = await promise.then(
    () => new Error('nothing went wrong'),
    (reason: unknown) => reason,
  )
  if (error instanceof SimulationError) return error
  throw error
}

/** What a build left in the work directory and, apart from finished entries, in the cache. */
function leftovers(): readonly string[] {
  const shelf = join(place, 'cache', 'simulators')
  const unfinished = existsSync(shelf) ? readdirSync(shelf).filter((name) => !/^[0-9a-f]{32}$/.test(name)) : []
  return [...readdirSync(join(place, 'work')).filter((name) => name.startsWith('tessera')), ...unfinished]
}

describe('a build', () => {
  test('runs Verilator once for the same content', async () => {
    const runs = join(place, 'runs')
    program('verilator', `echo run >> ${runs}\nPATH=\${PATH#*${delimiter}} exec verilator "$@"`)
    vi.stubEnv('PATH', `${join(place, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`)
    const steps: string[] = []

    const first = await build(source)
    const second = await build(structuredClone(source), { onProgress: ({ step }) => steps.push(step) })

    expect(readFileSync(runs, 'utf8')).toBe('run\n')
    expect(second).toEqual({ ...first, cached: true })
    expect(steps).toEqual(['done'])
    expect(leftovers()).toEqual([])
  })

  test('has another key for another text, another trace format and another description', async () => {
    const sources = [source, variant('a'), { ...source, memories: [] }]

    const keys = await Promise.all(sources.map(async (one) => (await build(one)).key))
    const traced = await build(source, { trace: 'vcd' })

    expect(keys[0]).toBe(keys[2])
    expect(new Set([...keys, traced.key]).size).toBe(3)
  })

  test('tells what it does', async () => {
    const steps: string[] = []

    await build(source, { onProgress: ({ step, done, total }) => steps.push(`${step} ${done}/${total}`) })

    expect(steps[0]).toBe('waiting 0/1')
    expect(steps[1]).toBe('verilating 0/1')
    expect(steps.at(-1)).toBe('done 1/1')
    expect(steps.filter((step) => step.startsWith('compiling')).length).toBeGreaterThan(1)
  })

  test('that is asked for twice at once happens once', async () => {
    const both = await Promise.all([build(source), build(source)])

    expect(both[0].library).toBe(both[1].library)
    expect(readdirSync(join(place, 'cache', 'simulators'))).toEqual([both[0].key])
  })

  test('in two processes at once happens in one, and both get it', async () => {
    const script = join(place, 'build.mts')
    const room = join(import.meta.dirname, '../../sim/build/index.ts')
    writeFileSync(
      script,
      `import { build } from ${JSON.stringify(room)}\n` +
        `const built = await build(${JSON.stringify(source)})\nconsole.log(JSON.stringify(built))\n`,
    )

    const outputs = await Promise.all([tsx(script), tsx(script)])

    const results = outputs.map((output) => JSON.parse(output) as { cached: boolean; key: string })
    expect(results.map(({ cached }) => cached).sort()).toEqual([false, true])
    expect(results[0]?.key).toBe(results[1]?.key)
    expect(leftovers()).toEqual([])
  })

  test('goes on after a process that died with the lock', async () => {
    const { key, library } = await build(source)
    rmSync(join(library, '..'), { recursive: true })
    writeFileSync(join(place, 'cache', 'simulators', `${key}.lock`), `999999999 ${hostname()}\n`)

    const again = await build(source)

    expect(again.cached).toBe(false)
    expect(leftovers()).toEqual([])
  })

  test('works in directories with spaces', async () => {
    const spaced = join(place, 'my work')
    mkdirSync(spaced)
    vi.stubEnv('TMPDIR', spaced)
    vi.stubEnv('TESSERA_CACHE', join(place, 'my cache'))
    mkdirSync(join(place, 'my cache'))
    symlinkSync(join(place, 'cache', 'runtime'), join(place, 'my cache', 'runtime'))

    const built = await build(source)

    openSimulation(built).close()
  })

  test('that is given up ends its tools and leaves nothing', async () => {
    program('c++', `sleep 1000`)
    vi.stubEnv('CXX', join(place, 'bin', 'c++'))
    const giveUp = new AbortController()
    const onProgress = ({ step }: { readonly step: string }): void => {
      if (step === 'compiling') setTimeout(() => giveUp.abort(new Error('enough')), 50)
    }

    await expect(build(source, { signal: giveUp.signal, onProgress })).rejects.toThrow('enough')

    expect(leftovers()).toEqual([])
  })

  test('that is interrupted ends its tools, leaves nothing, and the process ends as by the signal', async () => {
    const pids = join(place, 'pids')
    program('c++', `sleep 1000 &\necho $! >> ${pids}\nwait`)
    const script = join(place, 'build.mts')
    const room = join(import.meta.dirname, '../../sim/build/index.ts')
    writeFileSync(
      script,
      `import { build } from ${JSON.stringify(room)}\nawait build(${JSON.stringify(source)}, { onProgress: console.log })\n`,
    )
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, CXX: join(place, 'bin', 'c++') },
      stdio: 'ignore',
    })
    while (!existsSync(pids) || readFileSync(pids, 'utf8').split('\n').length < 3) await sleep(20)

    child.kill('SIGINT')
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]

    expect(signal).toBe('SIGINT')
    await sleep(50)
    const alive = readFileSync(pids, 'utf8')
      .trim()
      .split('\n')
      .filter((pid) => isRunning(Number(pid)))
    expect(alive).toEqual([])
    expect(leftovers()).toEqual([])
  })
})

describe('an error', () => {
  test('about missing tools names the packages', async () => {
    vi.stubEnv('PATH', join(place, 'bin'))

    const error = await failure(build(source))

    expect(error.message).toBe(
      'SIM-0102: not found in the PATH: verilator, g++\nhelp: apt-get install verilator g++ make',
    )
  })

  test('in the Verilog is what Verilator said, with its place', async () => {
    const broken = {
      ...source,
      files: [{ name: 'blink.v', text: 'module blink(input clk);\n  wire x = ;\nendmodule\n' }],
    }

    const error = await failure(build(broken))

    expect(error.message).toContain('SIM-0105: Verilator does not accept the Verilog of `blink`')
    expect(error.message).toContain("%Error: blink.v:2:12: syntax error, unexpected ';'")
    expect(error.problem.messages?.[0]).toEqual({
      severity: 'error',
      kind: '',
      at: { file: 'blink.v', line: 2, column: 12 },
      text: expect.stringContaining("syntax error, unexpected ';'") as string,
    })
    expect(readFileSync(error.problem.log ?? '', 'utf8')).toContain('syntax error')
    expect(leftovers()).toEqual([])
  })

  test('is what Verilator only warns of', async () => {
    const text = source.files[0]?.text.replace('!rst && !on', "{on, 3'b0}") ?? ''

    const error = await failure(build({ ...source, files: [{ name: 'blink.v', text }] }))

    expect(error.problem.messages?.[0]).toMatchObject({ severity: 'warning', kind: 'WIDTH', at: { line: 1 } })
  })

  test('about ports lists every difference', async () => {
    const ports = [
      { name: 'onn', direction: 'output', bits: 1 },
      { name: 'on', direction: 'input', bits: 2 },
    ] as const

    const error = await failure(build({ ...source, ports }))

    expect(error.message).toContain('SIM-0104: the described ports of `blink` are not those of its Verilog')
    expect(error.message).toContain('`onn` is not a port of the module; did you mean `on`?')
    expect(error.message).toContain('`on` is an output in the Verilog, not an input')
  })

  test('of the C++ compiler has the end of its output and the whole log', async () => {
    program('c++', `echo "internal compiler error: out of luck" >&2; exit 1`)
    vi.stubEnv('CXX', join(place, 'bin', 'c++'))

    const error = await failure(build(source))

    expect(error.message).toContain('SIM-0106: the C++ compiler stopped on the translated design')
    expect(error.message).toContain('out of luck')
    expect(readFileSync(error.problem.log ?? '', 'utf8')).toContain('$ ')
    expect(leftovers()).toEqual([])
  })

  test('about a full disk says what to free', async () => {
    program('c++', `echo "fatal error: error writing to x.s: No space left on device" >&2; exit 1`)
    vi.stubEnv('CXX', join(place, 'bin', 'c++'))

    const error = await failure(build(source))

    expect(error.message).toContain('SIM-0106: the disk is full')
    expect(error.message).toContain('help: free some disk space, or set TMPDIR and TESSERA_CACHE')
  })

  test('about the cache directory names the variable', async () => {
    vi.stubEnv('TESSERA_CACHE', '/dev/null/cache')

    const error = await failure(build(source))

    expect(error.message).toContain('SIM-0103: the cache directory `/dev/null/cache/simulators` cannot be written')
    expect(error.message).toContain('help: set TESSERA_CACHE')
  })

  test('in a description comes before any tool runs', async () => {
    vi.stubEnv('PATH', '')
    const ports = [{ name: 'clk', direction: 'input', bits: 0 }] as const

    const error = await failure(build({ ...source, ports, files: [{ name: '../x.v', text: '' }] }))

    expect(error.message.split('\n').map((line) => line.trim())).toEqual([
      'SIM-0101: the description of `blink` does not describe a simulator',
      '',
      'file name `../x.v` is not a plain file name',
      'port `clk` belongs to every top module and is not described',
      'port `clk` has a width of 0 bits',
      '',
    ])
  })
})

function isRunning(pid: number): boolean {
  try {
    // A process that ended but has not been waited for still answers to a signal.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function tsx(script: string): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', script], { cwd: join(import.meta.dirname, '../..') })
  const output: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(Buffer.concat(errors).toString('utf8'))
  return Buffer.concat(output).toString('utf8')
}
