/** What test benches are told, and what they can do with one engine. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { uint } from '#edsl'
import { SimulateError, simulate } from '#sim/simulate'
import { archive, clocks, counter, operation, shapes } from './simulated-designs.ts'

const message = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(SimulateError)
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}

test('counts only while enabled', () => {
  using sim = simulate(counter(8))

  sim.io.enable.value = 1
  sim.step(3)
  sim.io.enable.value = 0
  sim.step(5)

  expect(sim.io.count.value).toBe(3)
  expect(sim.cycle).toBe(8)
})

test('a million cycles are a single call', () => {
  using sim = simulate(counter(30))
  sim.io.enable.value = 1

  sim.step(1_000_000)

  expect(sim.io.count.value).toBe(1_000_000)
  expect(sim.time).toBe(10_000_000)
})

test('without cycles in reset, registers begin with what the seed says', () => {
  const first = (seed: number): unknown => {
    using sim = simulate(archive, { seed, resetCycles: 0 })
    return sim.peek('left.held')
  }

  expect(first(1)).toEqual(first(1))
  expect(first(1)).not.toEqual(first(2))
})

describe('a value that does not fit is refused with what does', () => {
  test.each([
    ['a number above', (sim) => (sim.io.small.value = 128), '128 does not fit `small`, which has 7 bits', '0 to 127'],
    ['below', (sim) => (sim.io.small.value = -1), '-1 does not fit `small`', 'a number from 0 to 127'],
    ['a fraction', (sim) => (sim.io.small.value = 0.5), '0.5 does not fit `small`', 'a number from 0 to 127'],
    ['a boolean', (sim) => (sim.io.small.value = true as never), 'true does not fit `small`', '1 instead of true'],
    ['nothing', (sim) => (sim.io.small.value = undefined as never), 'undefined does not fit `small`', '0 to 127'],
    [
      'a bigint',
      (sim) => (sim.io.large.value = 1n << 100n),
      'n does not fit `large`, which has 100 bits',
      'a bigint from 0n',
    ],
    [
      'a signed one',
      (sim) => (sim.io.signed.value = 256),
      '256 does not fit `signed`, which has 9 signed bits',
      '-256 to 255',
    ],
    ['a case', (sim) => (sim.io.op.value = 'wirte' as never), "`op` cannot be 'wirte'", "did you mean 'write'?"],
    [
      'a field',
      (sim) => (sim.io.command.value = { op: 'read', address: 4096, data: 0n }),
      '4096 does not fit `command.address`, which has 12 bits',
      'a number from 0 to 4095',
    ],
    [
      'a record without a field',
      (sim) => (sim.io.command.value = { op: 'read', address: 0 } as never),
      '`command.data` is missing',
      'a record with op, address, data',
    ],
    [
      'a record with another field',
      (sim) => (sim.io.command.value = { op: 'read', adress: 0, address: 0, data: 0n } as never),
      '`command` has no field `adress`',
      "did you mean 'address'?",
    ],
    ['elements', (sim) => (sim.io.list.value = [1, 2]), '`list` is set to 2 elements', 'an array of 3 elements'],
    ['an element', (sim) => (sim.io.list.value = [1, 32, 2]), '32 does not fit `list[1]`', 'a number from 0 to 31'],
    [
      'a variant',
      (sim) => (sim.io.request.value = { kind: 'stor' } as never),
      '`request` cannot be {"kind":"stor"}: `kind` names no variant of it',
      "did you mean 'store'?",
    ],
    [
      "a variant's payload",
      (sim) => (sim.io.request.value = { kind: 'load', value: -1 }),
      '-1 does not fit `request.value`, which has 12 bits',
      'a number from 0 to 4095',
    ],
    [
      'an output',
      (sim) => ((sim.io.sum as { value: number }).value = 1),
      '`sum` is an output and cannot be set',
      'inputs',
    ],
  ] as readonly (readonly [string, (sim: ReturnType<typeof openShapes>) => unknown, string, string])[])(
    '%s',
    (_, act, title, help) => {
      using sim = openShapes()

      const text = message(() => act(sim))

      expect(text).toContain(title)
      expect(text).toMatch(new RegExp(`help: .*${help.replace(/[?.[\]]/g, '\\$&')}`))
    },
  )
  const openShapes = () => simulate(shapes)
})

describe('a name that is not there', () => {
  test.each([
    [
      'a signal',
      (sim) => sim.peek('left.stae'),
      "there is no signal `left.stae` in `archive`\nhelp: did you mean 'left.state'?",
    ],
    [
      'an instance',
      (sim) => sim.peek('left'),
      '`left` is an instance in `archive`, not a signal\nhelp: there are: left.start',
    ],
    [
      'a memory',
      (sim) => sim.memory('left.stor'),
      "no memory `left.stor` in `archive`\nhelp: did you mean 'left.store'?",
    ],
    ['a clock', (sim) => sim.step({ mian: 1 }), "there is no clock `mian`\nhelp: did you mean 'main'?"],
    [
      'a probe',
      () => simulate(archive, { probes: ['writen'] }),
      "no probe `writen` in `archive`\nhelp: did you mean 'written'?",
    ],
    ['a recorded signal', (sim) => sim.record(['dne']), "no signal `dne` in `archive`\nhelp: did you mean 'done'?"],
  ] as readonly (readonly [string, (sim: ReturnType<typeof openArchive>) => unknown, string])[])(
    '%s',
    (_, act, text) => {
      using sim = openArchive()

      expect(message(() => act(sim))).toContain(text)
    },
  )
  const openArchive = () => simulate(archive)
})

test('waiting for something that does not happen tells the condition and the outputs', () => {
  using sim = simulate(counter(8))

  expect(message(() => sim.until(() => sim.io.count.value === 7, { limit: 5 }))).toMatch(
    /^SIM-0308: the condition did not hold for 5 cycles, until cycle 5: sim\.io\.count\.value === 7\nhelp: the outputs are: count 0; a longer limit: sim\.until\(\.\.\., \{ limit: 50 \}\)$/,
  )
  expect(message(() => sim.until(sim.io.count, { limit: 5 }))).toContain(
    '`count` stayed 0 for 5 cycles, until cycle 10',
  )
})

test('waiting counts the cycles of the clock that is named', () => {
  using sim = simulate(clocks, { clocks: { main: { period: 4 }, pixel: { period: 8 } } })

  expect(sim.until(() => sim.io.slow.value === 103, { clock: 'pixel' })).toBe(3)
  expect(sim.cycle).toBe(6)
})

test('time cannot pass without periods, and a clock without one does not rise among others that have one', () => {
  using sim = simulate(clocks)

  expect(message(() => sim.advance(10))).toContain('sim.clocks({ main: { period: 10 }, pixel: { period: 10 } })')
  sim.clocks({ main: { period: 10 } })
  expect(message(() => sim.step({ pixel: 1 }))).toContain('clock `pixel` has no period, the others have')
  expect(message(() => sim.clocks({ main: { period: 0 } }))).toContain('the period of clock `main` is 0 ns')
  expect(message(() => sim.clocks({ main: { period: 1.2345 } }))).toContain('up to three decimals')
})

test('words of a memory are checked like ports', () => {
  using sim = simulate(archive)
  const store = sim.memory('left.store', uint(20))

  expect(message(() => store.read(16))).toContain('`left.store` has no word 16\nhelp: an address from 0 to 15')
  expect(message(() => store.write(0, 1 << 20))).toContain('1048576 does not fit `left.store[0]`, which has 20 bits')
  expect(message(() => sim.memory('left.store', operation))).toContain('have 20 bits, the shape has 2')
})

test('a closed simulator says that it is', () => {
  const sim = simulate(counter(8))
  sim.close()

  expect(message(() => sim.step())).toContain('the simulator of `counter_w8` is closed')
  expect(message(() => sim.io.count.value)).toContain('is closed')
  sim.close()
})

test('nothing recorded is an error that says how to record', () => {
  using sim = simulate(counter(8))

  expect(message(() => sim.wave)).toContain("simulate(definition, { record: 'ports' })")
  expect(message(() => sim.records('x'))).toContain("simulate(definition, { probes: ['x'] })")
})

test('agents see each edge before and after it', () => {
  using sim = simulate(counter(8))
  const seen: string[] = []
  sim.io.enable.value = 1
  const detach = sim.attach({
    before: () => void seen.push(`before ${sim.io.count.value}`),
    after: ({ time }) => void seen.push(`after ${sim.io.count.value} at ${time}`),
  })
  sim.step(2)
  detach()
  sim.step()

  expect(seen).toEqual(['before 0', 'after 1 at 10', 'before 1', 'after 2 at 20'])
})

test('the option `wave` writes everything to a file, complete when the simulator is closed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-wave-'))
  const file = join(directory, 'inner', 'counter.vcd')
  {
    using sim = simulate(counter(8), { wave: file, record: 'all' })
    sim.io.enable.value = 1
    sim.step(20)
    expect(existsSync(file)).toBe(true)
    sim.close()
    expect(readFileSync(file, 'utf8')).toBe(sim.wave.vcd())
  }
  rmSync(directory, { recursive: true })
})
