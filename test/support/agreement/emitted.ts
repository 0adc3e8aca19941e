/** Random designs as Verilog, in one top with all of them. */
import { emitDesign, simulationSource } from '#emit'
import type { FirstValue } from './wasm-run.ts'
import type { Written } from './write-design.ts'

export interface Text {
  readonly name: string
  readonly text: string
}

/** A change of Verilog text: how a fault is put in on purpose. */
export type Fault = (text: string) => string

/** Files of a design in one of the variants; where it was written is of no interest to simulators. */
export const filesOf = (
  { design }: Written,
  variant: 'simulation' | 'readable',
  fault: Fault = (text) => text,
): readonly Text[] => {
  const { files, data } =
    variant === 'simulation' ? { ...simulationSource(design), data: [] } : emitDesign(design, { variant })
  return [
    ...files.map(({ name, text }) => ({ name, text: fault(text.replace(/^\/\/ Generated .*$/m, '//')) })),
    ...data,
  ]
}

/** The clocks and resets that the top of a design has, of those there are. */
export const clockPorts = ({ name }: Written, files: readonly Text[]): readonly string[] => {
  const text = files.find((file) => file.name === `${name}.v`)?.text ?? ''
  return ['clk', 'rst', 'other_clk', 'other_rst'].filter((port) =>
    new RegExp(`^\\s*input +wire +${port},?$`, 'm').test(text),
  )
}

/** Statements that give state below `instance` its first values, for an `initial` block. `files`: those of the design. */
export const firstValues = (
  { design }: Written,
  instance: string,
  first: readonly FirstValue[],
  files: readonly Text[],
): readonly string[] => {
  const { signals, memories } = simulationSource(design)
  const registers = new Map(files.map(({ name, text }) => [name, registersIn(text)]))
  const has = (module: string, variable: string): boolean => registers.get(`${module}.v`)?.has(variable) ?? false
  const state = new Map(signals.map((each) => [[...each.instances, each.signal.name].join('.'), each]))
  const stores = new Map(memories.map((each) => [each.name, each]))
  return first.flatMap(({ name, bits, words }) => {
    const found = stores.get(name) ?? state.get(name)
    if (found === undefined) throw new Error(`there is no ${name} in the Verilog of ${design.top.name}`)
    const { module, path, variable } = found
    const inVerilog = [instance, ...(path === '' ? [] : [path]), variable].join('.')
    const value = (word: bigint | undefined): string => `${bits}'h${(word ?? 0n).toString(16)}`
    if (stores.has(name)) return words.map((word, index) => `${inVerilog}[${index}] = ${value(word)};`)
    if (has(module, variable)) return [`${inVerilog} = ${value(words[0])};`]
    // What a read keeps that sees writes of its edge: the word, and which parts of it were written instead.
    if (has(module, `${variable}_stored`)) {
      return [`${inVerilog}_stored = ${value(words[0])};`, `${inVerilog}_is_written = 0;`, `${inVerilog}_written = 0;`]
    }
    // History for properties is not there in the Verilog for people.
    return []
  })
}

/** What stands there for proofs only is left out. */
const registersIn = (text: string): ReadonlySet<string> =>
  new Set(
    Array.from(
      text
        .replace(/`ifdef FORMAL[^]*?`endif/g, '')
        .matchAll(/^ *(?:\(\*.*\*\) *)?reg\b[^;]*?(\w+)(?: *\[0:\d+\])?(?: *=.*)?;/gm),
      ([, name = '']) => name,
    ),
  )
