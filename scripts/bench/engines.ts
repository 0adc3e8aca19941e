/** The same design with the same inputs in both engines, cycles per second of wall time. */
import type { Design } from '#ir'
import { simulationSource } from '#emit'
import { compileWasm, openWasm } from '#engine'
import { openSimulation } from '#sim/bridge'
import { build } from '#sim/build'

export interface Rates {
  readonly name: string
  readonly wasm: number
  readonly verilator: number
}

/** A design under both: sets an input by the order of the ports, runs cycles. */
interface Runner {
  readonly set: (input: number, value: bigint) => void
  readonly reset: () => void
  readonly step: (cycles: number) => void
}

const sliceCycles = 2000
const resetCycles = 4
/** Inputs of a busy design change after so many cycles. */
const burst = 20
/** The fastest slice counts: others are slowed down by whatever else the machine does. */
const slices = 60

/** Random numbers of so many bits. */
export type Numbers = (bits: number) => bigint

/** Idle: all inputs 0. Busy: inputs as `busy` says, by name, new ones every few cycles; the others are 0. */
export const compareEngines = async (
  name: string,
  design: Design,
  busy: (numbers: Numbers) => Readonly<Record<string, bigint>>,
): Promise<readonly Rates[]> => {
  const wasm = inWasm(design)
  const verilator = await inVerilator(design)
  return (['idle', 'busy'] as const).map((load) => {
    const run = { wasm: 0, verilator: 0 }
    for (const engine of ['wasm', 'verilator'] as const) start(design, { wasm, verilator }[engine])
    // slices in turn, so that both see the same machine
    for (let slice = 0; slice < slices; slice++) {
      const stimuli = load === 'idle' ? [] : stimuliOf(design, busy, slice)
      run.wasm = Math.max(run.wasm, rate(wasm, stimuli))
      run.verilator = Math.max(run.verilator, rate(verilator, stimuli))
    }
    return { name: `${name}, ${load}`, wasm: Math.round(run.wasm), verilator: Math.round(run.verilator) }
  })
}

const inputsOf = (design: Design) => design.top.ports.filter(({ role }) => role === 'input')

const start = (design: Design, runner: Runner): void => {
  inputsOf(design).forEach((_, input) => runner.set(input, 0n))
  runner.reset()
}

/** Values of all inputs for each burst of a slice. */
const stimuliOf = (
  design: Design,
  busy: (numbers: Numbers) => Readonly<Record<string, bigint>>,
  slice: number,
): readonly (readonly bigint[])[] => {
  const numbers = createNumbers(slice)
  return Array.from({ length: sliceCycles / burst }, () => {
    const values = busy(numbers)
    return inputsOf(design).map(({ name }) => values[name] ?? 0n)
  })
}

const rate = (runner: Runner, stimuli: readonly (readonly bigint[])[]): number => {
  const from = performance.now()
  if (stimuli.length === 0) runner.step(sliceCycles)
  for (const values of stimuli) {
    values.forEach((value, input) => runner.set(input, value))
    runner.step(burst)
  }
  return sliceCycles / ((performance.now() - from) / 1000)
}

/** The same numbers for the same seed. */
const createNumbers = (seed: number): Numbers => {
  let state = BigInt(seed) + 0x9e3779b97f4a7c15n
  return (bits) => {
    let value = 0n
    for (let made = 0; made < bits; made += 64) {
      state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n)
      value = (value << 64n) | (state ^ (state >> 29n))
    }
    return BigInt.asUintN(bits, value)
  }
}

const inWasm = (design: Design): Runner => {
  const engine = openWasm(compileWasm(design), { seed: 1 })
  const words = new BigUint64Array(engine.memory)
  const [rst] = engine.resets
  return {
    set: (input, value) => {
      const { offset = 0, bits = 1 } = engine.inputs[input] ?? {}
      for (let limb = 0; 64 * limb < bits; limb++)
        words[offset / 8 + limb] = BigInt.asUintN(64, value >> BigInt(64 * limb))
    },
    reset: () => {
      if (rst === undefined) return
      words[rst.offset / 8] = 1n
      engine.step(1, resetCycles)
      words[rst.offset / 8] = 0n
    },
    step: (cycles) => {
      const ran = engine.step(1, cycles)
      if (ran !== cycles) throw new Error(`${engine.events()[0]?.sentence} is violated after ${ran} cycles`)
    },
  }
}

const inVerilator = async (design: Design): Promise<Runner> => {
  // probes off: the engine computes none either
  const built = await build({ ...simulationSource(design), probes: [], memories: [] })
  const simulation = openSimulation(built, { seed: 1 })
  const ports = inputsOf(design).map(({ name }) => simulation.port(name))
  return {
    set: (input, value) => {
      const port = ports[input]
      if (port === undefined) throw new Error(`there is no input ${input}`)
      if (port.kind === 'bigint') port.value = value
      else port.value = Number(value)
    },
    reset: () => simulation.reset(resetCycles),
    step: (cycles) => simulation.step(cycles),
  }
}
