import { expect, test } from 'vitest'
import { bit, connect, input, instance, module, output, stream, struct, uint } from '#edsl'
import { logicEngine, logicJob, logicUnits } from '#hdl/accelerator'
import { scratchpad } from '#hdl/tile'
import type { AcceleratorLogic } from '#layout'
import { simulate } from '#sim/simulate'

const bufferBytes = 4096

/** A logic unit with its engine and a memory of its own. */
const benchOf = (logic: AcceleratorLogic) =>
  module(
    `bench_${logic}`,
    { job: input(stream(logicJob)), done: output(struct({ valid: bit, bytes: uint(14) })) },
    ({ job, done }) => {
      const engine = instance(logicEngine(0, bufferBytes), 'engine')
      const unit = instance(logicUnits[logic], 'logic')
      const spm = instance(scratchpad(2 * bufferBytes), 'spm')
      connect(engine.job, job)
      done.drive(engine.done)
      connect(unit.from, engine.from)
      connect(engine.to, unit.to)
      engine.busy.drive(unit.busy)
      for (const each of [engine, unit]) each.clear.drive(0)
      spm.access.drive(engine.memory)
      engine.line.drive(spm.line)
      engine.granted.drive(1)
    },
  )

/** Per KiB, when nobody else wants the memory. */
test.each([
  ['copy', 129, 1024],
  ['rot13', 129, 1024],
  ['sha3', 369, 0],
  ['fft', 3457, 1024],
] as const)('%s takes %i cycles per KiB and makes %i bytes of it', (logic, cycles, made) => {
  using sim = simulate(benchOf(logic))
  const { job, done } = sim.io
  sim.reset()

  job.payload.value = { end: 0, bytes: bufferBytes }
  job.valid.value = 1
  sim.step()
  job.valid.value = 0
  const begin = sim.cycle
  while (done.value.valid === 0) sim.step()

  expect(Math.ceil(((sim.cycle - begin + 1) * 1024) / bufferBytes)).toBe(cycles)
  expect((done.value.bytes * 1024) / bufferBytes).toBe(made)
})
