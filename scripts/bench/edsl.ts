/**
 * The hardware language: how long a design takes to elaborate, emit and compile, how fast the WebAssembly engine runs next to
 * Verilator in the same process, and how long it takes from a saved module to the result of its test.
 */
import { elaborate } from '#edsl'
import { emitVerilog } from '#emit'
import { compileWasm } from '#engine'
import { soc } from '#hdl/soc'
import { computeTile } from '#hdl/tile'
import { type ComputeTile, defaultSystem, encode, headFlit, modes, withField } from '#layout'
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

/** Packets of one flit to anybody, in a network that takes everything. */
const packets = (numbers: Numbers): Readonly<Record<string, bigint>> => {
  const target = defaultSystem.modules[Number(numbers(16)) % defaultSystem.modules.length]
  const { chip } = defaultSystem
  const head = { burst: 0, arq: 0, bsel: 0, sourceMod: 0, sourceChip: chip, mode: 0, address: 0 }
  const flit = encode(headFlit, { ...head, targetMod: target?.mod ?? 0, targetChip: chip, data0: numbers(64) })
  return {
    inject_0_payload: flit,
    inject_0_valid: 1n,
    inject_1_payload: withField(headFlit, 'mode', flit, modes.TCU_ACK),
    inject_1_valid: 1n,
    to_network_0_room: 3n,
    deliver_0_ready: 1n,
    deliver_1_ready: 1n,
  }
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
  const port = whole.modules.find(({ name }) => name.startsWith('network_interface_module'))
  if (compute === undefined || port === undefined)
    throw new Error('the default system has no compute tile or no network interface')
  const { clockHz, sendTimeoutCycles } = defaultSystem
  const { memoryBase, memoryBytes } = compute
  const tile = elaborate(computeTile({ memoryBase, memoryBytes, clockHz, sendTimeoutCycles }))

  const emitted = secondsOf(() => void emitVerilog(elaborate(soc(defaultSystem))))
  const compiled = secondsOf(() => void compileWasm(whole))
  const rates = [
    ...(await compareEngines('network interface', below(whole, port), packets)),
    ...(await compareEngines('compute tile', tile, accesses)),
  ]
  return [
    secondsRow('elaborate and emit the SoC', emitted, 2),
    secondsRow('compile the SoC to WebAssembly', compiled, 3),
    ...rates.map(({ name, wasm, verilator }) => atLeastRow(`wasm engine, ${name}`, wasm, 'cycles/s', verilator, 0.3)),
    secondsRow('from save to test result', await saveToResult(), 1),
  ]
}
