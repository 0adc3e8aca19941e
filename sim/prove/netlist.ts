/** From Verilog to one and-inverter graph per obligation, by yosys. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emitVerilog } from '#emit'
import type { Design } from '#ir'
import { findProgram, run } from '#tool'
import { type Cone, conesOf, jointConeOf } from './cones.ts'
import type { Obligation, Problem } from './obligations.ts'
import { ProofError } from './proof-error.ts'

/**
 * What the n-th input of a graph is: a bit of an input of the top, of the first value of a register or memory word, or
 * of nothing that has a name (`free`).
 */
export interface GraphInput {
  readonly kind: 'input' | 'first' | 'free'
  /** Verilog name, instances before it joined by `.`; a word of a memory has its index in brackets behind it. */
  readonly name: string
  readonly bit: number
}

/** The graph of one obligation. */
export interface Graph {
  readonly file: string
  /** Whether there is anything to decide: false when yosys has seen already that the assertion cannot fail. */
  readonly open: boolean
  readonly inputs: readonly GraphInput[]
}

/** The graphs of a design. */
export interface Graphs {
  /** One per obligation, in their order. */
  readonly each: readonly Graph[]
  /** One for several obligations at once, by their places: it is reached when one of them is violated. */
  readonly joint: (places: readonly number[]) => Graph
}

/**
 * Writes the graphs of all obligations into `directory`.
 *
 * Registers without reset may start with any value. Several clocks are free inputs: any order of their edges is looked at.
 * Rejects: ProofError when yosys is missing or does not take the design.
 */
export const graphsOf = async (
  { design, obligations }: Problem,
  directory: string,
  signal?: AbortSignal,
): Promise<Graphs> => {
  const yosys = findProgram('yosys')
  if (yosys === undefined)
    throw new ProofError('PRV-0101', 'yosys is not in the PATH', 'apt-get install yosys (it brings abc with it)')
  mkdirSync(directory, { recursive: true })
  const files = emitVerilog(design)
  for (const { name, text } of files) writeFileSync(join(directory, name), text)
  const script = yosysScript(
    files.map(({ name }) => name),
    design.top.name,
    obligations,
    hasSeveralClocks(design),
  )
  writeFileSync(join(directory, 'graphs.ys'), script)
  const log = join(directory, 'yosys.log')
  const result = await run(yosys, ['-q', '-s', 'graphs.ys'], { directory, log, signal })
  if (!result.ok)
    throw new ProofError(
      'PRV-0102',
      `yosys does not take the design: ${result.output.trim().split('\n').at(-1) ?? 'no message'}`,
      `the log is ${log}`,
    )
  checkLabels(readFileSync(join(directory, assertsFile), 'utf8'), obligations)
  const inputs = readMap(readFileSync(join(directory, 'all.map'), 'utf8'))
  const whole = readFileSync(join(directory, 'all.aig'))
  const cones = conesOf(whole)
  const order = labelsIn(readFileSync(join(directory, orderFile), 'utf8'))
  if (order.length !== cones.length || order.length !== obligations.length)
    throw new Error(`yosys wrote ${cones.length} properties of ${obligations.length}`)
  const places = obligations.map(({ label }) => order.indexOf(label))
  const graph = (name: string, cone: Cone | undefined): Graph => {
    if (cone === undefined) throw new Error(`yosys lost the property ${name}`)
    const file = join(directory, `${name}.aig`)
    writeFileSync(file, cone.file)
    return { file, open: cone.open, inputs }
  }
  return {
    each: places.map((place, index) => graph(String(index), cones[place])),
    joint: (of) =>
      graph(
        'joint',
        jointConeOf(
          whole,
          of.map((index) => places[index] as number),
        ),
      ),
  }
}

/** Whether edges of several clocks may come in any order; a clock that a module makes itself is one more. */
export const hasSeveralClocks = ({ top, modules }: Design): boolean =>
  top.domains.length > 1 || modules.some(({ provided }) => provided.length > 0)

const yosysScript = (
  files: readonly string[],
  top: string,
  obligations: readonly Obligation[],
  severalClocks: boolean,
): string =>
  [
    `read_verilog -formal -D FORMAL ${files.join(' ')}`,
    `prep -flatten -top ${top}`,
    `select -write ${assertsFile} t:$assert`,
    'memory_map -formal',
    // A register that begins with anything is not one that may be taken for a constant: `$anyinit` keeps it safe from opt.
    ...(severalClocks ? ['clk2fflogic', 'formalff -ff2anyinit'] : ['async2sync', 'formalff -clk2ff -ff2anyinit']),
    'setundef -undriven -anyseq',
    'opt -full -keepdc',
    // outputs would count as properties
    'delete -output',
    'dffunmap',
    'techmap',
    'abc -fast -g AND',
    'opt_clean',
    'formalff -anyinit2ff -fine',
    // The order of the cells is that of the properties in the graph.
    `select -set kept ${obligations.map(({ label }) => `c:${label}`).join(' ')}`,
    'delete t:$assert @kept %d',
    'opt_clean',
    `select -write ${orderFile} t:$assert`,
    'write_aiger -zinit -map all.map all.aig',
    '',
  ].join('\n')

const assertsFile = 'asserts.txt'
const orderFile = 'order.txt'

/** Every obligation has its cell: one that got lost would count as proved. */
const checkLabels = (asserts: string, obligations: readonly Obligation[]): void => {
  const present = new Set(labelsIn(asserts))
  const lost = obligations.filter(({ label }) => !present.has(label))
  if (lost.length > 0) throw new Error(`yosys lost the properties ${lost.map(({ label }) => label).join(', ')}`)
}

/** Names of cells as `select -write` writes them: `module/cell` on each line. */
const labelsIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.slice(line.indexOf('/') + 1).trim())
    .filter((name) => name !== '')

/** `input 12 0 from_payload`: number of the input, bit, name. */
const readMap = (text: string): readonly GraphInput[] => {
  const inputs: (GraphInput | undefined)[] = []
  for (const line of text.split('\n')) {
    const found = /^(input|init) (\d+) (\d+) (.+)$/.exec(line)
    if (found !== null)
      inputs[Number(found[2])] = {
        kind: found[1] === 'input' ? 'input' : 'first',
        bit: Number(found[3]),
        name: found[4] as string,
      }
  }
  return Array.from(inputs, (input) => input ?? { kind: 'free', name: '', bit: 0 })
}
