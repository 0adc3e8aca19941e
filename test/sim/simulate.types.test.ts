/** What test benches can say, and what is red in the editor. */
import { expectTypeOf, test } from 'vitest'
import { pump, simulate } from '#sim/simulate'
import { clocks, counter, shapes, slice } from './simulated-designs.ts'

// The bodies are looked at by the type checker and never run.
const checked = (_: () => void): void => undefined

test('values have the types of the ports', () => {
  checked(() => {
    const sim = simulate(shapes)

    expectTypeOf(sim.io.small.value).toEqualTypeOf<number>()
    expectTypeOf(sim.io.large.value).toEqualTypeOf<bigint>()
    expectTypeOf(sim.io.sum.value).toEqualTypeOf<number>()
    expectTypeOf(sim.io.wideNegative.value).toEqualTypeOf<bigint>()
    expectTypeOf(sim.io.op.value).toEqualTypeOf<'read' | 'write' | 'fence'>()
    expectTypeOf(sim.io.before.value.data).toEqualTypeOf<bigint>()
    expectTypeOf(sim.io.command.parts.op.value).toEqualTypeOf<'read' | 'write' | 'fence'>()
    expectTypeOf(sim.io.listOut.value).toEqualTypeOf<readonly number[]>()
    expectTypeOf(sim.io.bus.lanes[1].value).toEqualTypeOf<number>()
    expectTypeOf(sim.peek('x')).toEqualTypeOf<unknown>()
    sim.io.request.value = { kind: 'idle' }
    sim.io.request.value = { kind: 'load', value: 3 }
  })
})

test('a misspelt port, a set output and a wrong value do not compile', () => {
  checked(() => {
    const sim = simulate(counter(8))
    const all = simulate(shapes)

    // @ts-expect-error -- there is no such port
    void sim.io.cuont
    // @ts-expect-error -- outputs are read
    sim.io.count.value = 3
    // @ts-expect-error -- a bit is a number
    sim.io.enable.value = true
    // @ts-expect-error -- 100 bits are a bigint
    all.io.large.value = 3
    // @ts-expect-error -- no case
    all.io.op.value = 'wirte'
    // @ts-expect-error -- a field is missing
    all.io.command.value = { op: 'read', address: 3 }
    // @ts-expect-error -- this variant carries nothing
    all.io.request.value = { kind: 'idle', value: 3 }
    // @ts-expect-error -- there are two lanes
    void all.io.bus.lanes[2]
  })
})

test('the other engine is a promise of the same', () => {
  checked(() => {
    const sim = simulate(clocks, { engine: 'verilator' })

    expectTypeOf(sim).resolves.toEqualTypeOf(simulate(clocks))
  })
})

test('a pump takes and gives what its streams carry', () => {
  checked(() => {
    const sim = simulate(slice('none'))

    expectTypeOf(pump(sim, { from: [1] })).toEqualTypeOf<{ readonly to: number[] }>()
    // @ts-expect-error -- payloads are numbers
    pump(sim, { from: ['a'] })
    // @ts-expect-error -- there is no such stream
    pump(sim, { form: [1] })
  })
})
