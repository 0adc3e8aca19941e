/** Runs a counterexample in the WebAssembly engine. */
import { elaborate } from '#edsl'
import { verilogName } from '#emit'
import { compileWasm, openWasm, type Slot } from '#engine'
import type { Design } from '#ir'
import type { Counterexample } from './counterexample.ts'
import { hasSeveralClocks } from './netlist.ts'

/** A property that a run violated, or a cover that it reached. */
export interface Happened {
  readonly check: 'assert' | 'assume' | 'cover'
  readonly sentence: string
  /** Names of the instances from below the top. */
  readonly path: readonly string[]
}

/**
 * Gives a design the first values and inputs of a counterexample, cycle by cycle, and tells what happened in its last cycle:
 *
 * ```ts
 * expect(replay(queue, { first: {}, frames: [{ rst: 1n }, { from_valid: 1n }] })).toEqual([])
 * ```
 *
 * Inputs have their Verilog names; those that a frame does not name are 0. The design has one clock.
 *
 * Rejects: RangeError for a name that the design does not have, or several clocks; EngineError for foreign Verilog.
 */
export const replay = (subject: Design | { readonly name: string }, example: Counterexample): readonly Happened[] =>
  replayer('kind' in subject ? subject : elaborate(subject))(example)

/** `replay` for several counterexamples of one design, which is compiled when the first of them comes. */
export const replayer = (design: Design): ((example: Counterexample) => readonly Happened[]) => {
  if (hasSeveralClocks(design)) throw new RangeError(`${design.top.name} has several clocks: no run by frames`)
  let compiled: ReturnType<typeof compileWasm> | undefined
  return (example) => run(design, (compiled ??= compileWasm(design)), example)
}

const run = (
  design: Design,
  compiled: ReturnType<typeof compileWasm>,
  { first, frames }: Counterexample,
): readonly Happened[] => {
  using engine = openWasm(compiled, { seed: 1 })
  const words = new BigUint64Array(engine.memory)
  const set = (offset: number, bits: number, value: bigint): void => {
    for (let limb = 0; limb < Math.ceil(bits / 64); limb++)
      words[offset / 8 + limb] = BigInt.asUintN(64, value >> BigInt(64 * limb))
  }
  const places = new Map<string, Pick<Slot, 'offset' | 'bits'>>()
  for (const { path, depth, bits, offset, stride } of engine.memories)
    for (let word = 0; word < depth; word++)
      places.set(`${inVerilog(path)}[${word}]`, { bits, offset: offset + word * stride })
  for (const slot of engine.signals) places.set(inVerilog(slot.path), slot)
  for (const [name, value] of Object.entries(first)) {
    const place = places.get(name)
    // what yosys found out to be always the same, it does not tell, and what nobody reads is not there
    if (place !== undefined) set(place.offset, place.bits, value)
  }
  const inputs = new Map(
    [...engine.inputs, ...engine.resets].flatMap((slot) => (slot ? [[inVerilog(slot.path), slot]] : [])),
  )
  let last: readonly Happened[] = []
  for (const frame of frames) {
    for (const name of Object.keys(frame))
      if (!inputs.has(name) && name !== 'clk') throw new RangeError(`${design.top.name} has no input \`${name}\``)
    for (const [name, slot] of inputs) set(slot.offset, slot.bits, frame[name] ?? 0n)
    engine.touch()
    engine.step(1, 1)
    last = engine.events().map(({ check, sentence, path }) => ({ check, sentence, path }))
  }
  return last
}

/** The name in the generated Verilog, after flattening. */
const inVerilog = (path: readonly string[]): string => path.map(verilogName).join('.')

/** A test that shows a counterexample again; `name` is what the design is called in it. */
export const replayText = (name: string, sentence: string, { first, frames }: Counterexample): string => {
  const record = (values: Readonly<Record<string, bigint>>): string => {
    const entries = Object.entries(values).filter(([key, value]) => value !== 0n && key !== 'clk')
    return entries.length === 0
      ? '{}'
      : `{ ${entries.map(([key, value]) => `${property(key)}: ${number(value)}`).join(', ')} }`
  }
  return [
    `test(${JSON.stringify(`counterexample: ${sentence}`)}, () => {`,
    `  const happened = replay(${name}, {`,
    `    first: ${record(first)},`,
    '    frames: [',
    ...frames.map((frame) => `      ${record(frame)},`),
    '    ],',
    '  })',
    '',
    `  expect(happened.map(({ sentence }) => sentence)).not.toContain(${JSON.stringify(sentence)})`,
    '})',
    '',
  ].join('\n')
}

const property = (key: string): string => (/^\w+$/.test(key) ? key : JSON.stringify(key))

const number = (value: bigint): string => (value < 10n ? `${value}n` : `0x${value.toString(16)}n`)
