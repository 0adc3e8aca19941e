// The hardware as a carrier, in any engine.

import { elaborate, type ModuleDefinition, type PortRecord } from '#edsl'
import { compileWasm, type Engine, openWasm, type Slot } from '#engine'
import { buildVerilator } from '#sim/simulate'
import { type Carrier, carrierArrays, flitWords } from './carrier.ts'

/** A network's hardware, compiled; any number of carriers can run it. */
export interface CompiledNetwork {
  readonly open: (seed: number) => Engine
  readonly modules: number
  readonly classes: number
}

const resetCycles = 2

/**
 * Compiles a network with ports `inject` and `deliver`: by module, then by class, streams of flits.
 *
 * Rejects: DesignError with all mistakes of the design.
 */
export const compileNetwork = <P extends PortRecord>(
  definition: ModuleDefinition<P>,
  { modules, classes }: { readonly modules: number; readonly classes: number },
): CompiledNetwork => {
  const compiled = compileWasm(elaborate(definition))
  return { open: (seed) => openWasm(compiled, { seed }), modules, classes }
}

/**
 * The same in Verilator, which is built first or found in the cache.
 *
 * Rejects: DesignError with all mistakes of the design; SimulationError when Verilator cannot be run.
 */
export const buildNetwork = async <P extends PortRecord>(
  definition: ModuleDefinition<P>,
  { modules, classes }: { readonly modules: number; readonly classes: number },
): Promise<CompiledNetwork> => ({ open: await buildVerilator(definition), modules, classes })

/** A port as places in the engine's memory, in words of 32 bits. */
interface Place {
  readonly valid: number
  readonly ready: number
  readonly payload: number
}

/**
 * Runs a compiled network; all its clocks rise together. Its assertions are watched in every cycle.
 *
 * `cycle` rejects: Error with the sentences of the properties that do not hold.
 */
export const hardwareCarrier = ({ open: openEngine, modules, classes }: CompiledNetwork, seed = 1): Carrier => {
  const arrays = carrierArrays(modules, classes)
  const { offers, offered, accepts, taken, arrives, arrived } = arrays
  let engine = openEngine(seed)
  const slots = new Map([...engine.inputs, ...engine.outputs].map((slot) => [slot.label, slot]))
  const places = (direction: string): readonly Place[] =>
    Array.from({ length: modules * classes }, (_, stream) =>
      placeOf(slots, `${direction}[${Math.floor(stream / classes)}][${stream % classes}]`),
    )
  const [inject, deliver] = [places('inject'), places('deliver')]
  let words = new Uint32Array(engine.memory)

  const hold = (value: number): void => {
    for (const reset of engine.resets) if (reset !== undefined) words[reset.offset / 4] = value
  }
  const begin = (): void => {
    hold(1)
    run(engine, resetCycles)
    hold(0)
  }
  begin()

  const cycle = (): void => {
    for (let stream = 0; stream < offers.length; stream++) {
      const { valid, payload } = inject[stream]!
      const isOffered = offers[stream]!
      words[deliver[stream]!.ready] = accepts[stream]!
      if (isOffered === words[valid] && taken[stream] === 0) continue
      words[valid] = isOffered
      if (isOffered === 0) continue
      for (let word = 0; word < flitWords; word++) words[payload + word] = offered[stream * flitWords + word]!
    }
    engine.settle()
    for (let stream = 0; stream < offers.length; stream++) {
      taken[stream] = offers[stream]! & words[inject[stream]!.ready]!
      const { valid, payload } = deliver[stream]!
      const comes = accepts[stream]! & words[valid]!
      arrives[stream] = comes
      if (comes === 0) continue
      for (let word = 0; word < flitWords; word++) arrived[stream * flitWords + word] = words[payload + word]!
    }
    run(engine, 1)
  }
  return {
    ...arrays,
    cycle,
    reset: () => {
      for (const array of [offers, taken, arrives]) array.fill(0)
      engine.close()
      engine = openEngine(seed)
      words = new Uint32Array(engine.memory)
      begin()
    },
    [Symbol.dispose]: () => {
      engine.close()
    },
  }
}

const run = (engine: Engine, cycles: number): void => {
  if (engine.step((1 << engine.domains.length) - 1, cycles) === cycles) return
  const sentences = engine.events().map(({ path, sentence }) => `${['network', ...path].join('.')}: ${sentence}`)
  throw new Error(`does not hold in cycle ${engine.edge}: ${sentences.join('; ')}`)
}

const placeOf = (slots: ReadonlyMap<string, Slot>, name: string): Place => {
  const at = (part: string): number => {
    const slot = slots.get(`${name}.${part}`)
    if (slot === undefined) throw new RangeError(`the network has no port ${name}.${part}`)
    return slot.offset / 4
  }
  return { valid: at('valid'), ready: at('ready'), payload: at('payload') }
}
