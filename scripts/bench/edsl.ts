/**
 * The hardware language: how long a design takes to elaborate, emit and compile, how fast the WebAssembly engine runs next to
 * Verilator in the same process, and how long it takes from a saved module to the result of its test.
 */
import { elaborate } from '#edsl'
import { emitVerilog } from '#emit'
import { compileWasm } from '#engine'
import { soc } from '#hdl/soc'
import { computeTile } from '#hdl/tile'
import { planNetwork } from '#hdl/noc'
import { type ComputeTile, defaultSystem, encode, headFlit } from '#layout'
import type { Design, Module } from '#ir'
import { atLeastRow, type Row, secondsRow } from './row.ts'
import { saveToResult } from './save.ts'
import { compareEngines, type Numbers } from './engines.ts'

const rounds = 5

/** Of the fastest round: others are slowed down by whatever else the machine does. */
const secondsOf = (work: () => void): number => {
  const times = Array.from({ length: rounds }, () => {
    const from = performance.now()
    work()
    return (performance.now() - from) / 1000
  })
  return Math.min(...times)
}

/** A design whose top is a module of another. */
const below = (design: Design, top: Module): Design => {
  const modules = new Set<Module>()
  const visit = (module: Module): void => {
    for (const { module: child } of module.instances) visit(child)
    modules.add(module)
  }
  visit(top)
  return { ...design, top, modules: [...modules] }
}

/** Packets of one flit at every input, to anybody whom they can reach from there. */
const packets = (numbers: Numbers): Readonly<Record<string, bigint>> => {
  const plan = planNetwork(defaultSystem).routers.find(({ place }) => place.x === 0 && place.y === 0)
  if (plan === undefined) throw new Error('the default system has no router in its corner')
  const offers = plan.inputs.flatMap((entry, index) => {
    const exits = plan.outputs.filter((exit) => plan.turns(entry, exit))
    const reachable = defaultSystem.modules.filter(({ mod }) =>
      exits.some((exit) => (plan.targets(exit) >> BigInt(mod)) & 1n),
    )
    const target = reachable[Number(numbers(16)) % reachable.length]
    const head = { burst: 0, arq: 0, bsel: 0, sourceMod: 0, sourceChip: defaultSystem.chip, mode: 0, address: 0 }
    const flit = { ...head, targetMod: target?.mod ?? 0, targetChip: defaultSystem.chip, data0: numbers(64) }
    return [
      [`from_${index}_payload`, encode(headFlit, flit)],
      [`from_${index}_valid`, 1n],
    ]
  })
  return Object.fromEntries([...offers, ...plan.outputs.map((_, index) => [`to_${index}_ready`, 1n])]) as Record<
    string,
    bigint
  >
}

/** A core that reads registers without a pause, in a network that takes everything. */
const accesses = (numbers: Numbers): Readonly<Record<string, bigint>> => ({
  own_mod: 1n,
  core_valid: 1n,
  core_payload_address: 8n * numbers(4),
  core_payload_enables: 0xffn,
  request_out_ready: 1n,
  response_out_ready: 1n,
})

/** The group `edsl`. */
export const benchEdsl = async (): Promise<readonly Row[]> => {
  const whole = elaborate(soc(defaultSystem))
  const compute = defaultSystem.modules.find((module): module is ComputeTile => module.kind === 'compute')
  const router = whole.modules.find(({ name }) => name === 'router_x0_y0')
  if (compute === undefined || router === undefined)
    throw new Error('the default system has no compute tile or no router')
  const { clockHz, sendTimeoutCycles } = defaultSystem
  const { memoryBase, memoryBytes } = compute
  const tile = elaborate(computeTile({ memoryBase, memoryBytes, clockHz, sendTimeoutCycles }))

  const emitted = secondsOf(() => void emitVerilog(elaborate(soc(defaultSystem))))
  const compiled = secondsOf(() => void compileWasm(whole))
  const rates = [
    ...(await compareEngines('router', below(whole, router), packets)),
    ...(await compareEngines('compute tile', tile, accesses)),
  ]
  return [
    secondsRow('elaborate and emit the SoC', emitted, 2),
    secondsRow('compile the SoC to WebAssembly', compiled, 3),
    ...rates.map(({ name, wasm, verilator }) => atLeastRow(`wasm engine, ${name}`, wasm, 'cycles/s', verilator, 0.3)),
    secondsRow('from save to test result', await saveToResult(), 1),
  ]
}
