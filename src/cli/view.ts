/** `tessera view`: designs as pictures and as data. */
import { writeFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import {
  DiagramError,
  dotText,
  hierarchy,
  mermaidText,
  schematic,
  stateGraph,
  stateSvg,
  type HierarchyNode,
} from '#diagram'
import type { Design, Module } from '#ir'
import { designs } from './designs.ts'
import { didYouMean, exitCodes, UsageError, type Io } from './io.ts'
import { designArgumentHelp, loadDesign } from './load-design.ts'
import type { AddCommand } from './main.ts'

interface ViewOptions {
  readonly schematic?: boolean
  readonly states?: boolean
  readonly hierarchy?: boolean
  readonly module?: string
  readonly output?: string
  readonly json?: boolean
}

export const addView: AddCommand = (program, io, finish) => {
  const names = Object.keys(designs)
  program
    .command('view')
    .summary('draw a design')
    .description('Draws a module of a design or one of its state machines, or tells what contains what.')
    .argument('[design]', 'which design', names[0])
    .option('--schematic', 'registers, memories and instances of a module, and the logic between them, as SVG')
    .option('--states', 'a state machine: SVG, or with a file named *.mmd Mermaid, with *.dot Graphviz')
    .option('--hierarchy', 'the tree of instances as text; as JSON with --json or into a file')
    .option('-m, --module <name>', 'which module; otherwise the top, or the only one with a state machine')
    .option('-o, --output <file>', 'where it goes instead of the standard output')
    .option('--json', 'print what was written as one JSON object; the tree itself with --hierarchy')
    .addHelpText(
      'after',
      [
        designArgumentHelp,
        'Examples:',
        '  npx tessera view soc --hierarchy',
        '  npx tessera view compute-tile --schematic -o tile.svg',
        '  npx tessera view compute-tile --states --module print_unit -o print.svg',
        '',
      ].join('\n'),
    )
    .action(async (name: string, options: ViewOptions) => {
      await view(name, options, io)
      finish(exitCodes.fine)
    })
}

const view = async (name: string, options: ViewOptions, io: Io): Promise<void> => {
  const wanted = [options.schematic, options.states, options.hierarchy].filter(Boolean).length
  if (wanted !== 1) throw new UsageError('say what to show: one of --schematic, --states and --hierarchy')
  const design = await loadDesign(name)
  const text = await textOf(design, options)
  if (options.output === undefined) return io.out(text)
  const file = resolve(options.output)
  try {
    writeFileSync(file, text)
  } catch (reason) {
    throw new UsageError(
      `it cannot be written to ${file}: ${reason instanceof Error ? reason.message : String(reason)}`,
    )
  }
  if (options.json) io.out(`${JSON.stringify({ design: name, file, bytes: Buffer.byteLength(text) })}\n`)
}

const textOf = async (design: Design, options: ViewOptions): Promise<string> => {
  if (options.hierarchy) {
    const tree = hierarchy(design)
    return options.json || options.output !== undefined ? `${JSON.stringify(tree, undefined, 2)}\n` : treeText(tree, 0)
  }
  try {
    return await (options.states ? statesOf(design, options) : schematic(moduleNamed(design, options.module)))
  } catch (reason) {
    if (reason instanceof DiagramError) throw new UsageError(`${reason.message}; use --module`)
    throw reason
  }
}

/** `ni_kernel  network_interface`, indented by depth. */
const treeText = ({ instance, module, children }: HierarchyNode, depth: number): string =>
  `${'  '.repeat(depth)}${instance === module ? instance : `${instance}: ${module}`}\n` +
  children.map((child) => treeText(child, depth + 1)).join('')

const moduleNamed = (design: Design, name = design.top.name): Module => {
  const found = design.modules.find((module) => module.name === name)
  if (found !== undefined) return found
  const known = design.modules.map((module) => module.name)
  throw new UsageError(`there is no module '${name}' in ${design.top.name}.${didYouMean(name, known)}`)
}

const statesOf = (design: Design, { module: name, output = '' }: ViewOptions): string | Promise<string> => {
  const modules = name === undefined ? design.modules : [moduleNamed(design, name)]
  const machines = modules.flatMap((module) => module.machines.map((machine) => ({ module, machine })))
  const [first] = machines
  if (first === undefined) throw new UsageError(`${name ?? design.top.name} has no state machine`)
  if (name === undefined && machines.length > 1) {
    const owners = [...new Set(machines.map(({ module }) => module.name))]
    throw new UsageError(`there are ${machines.length} state machines; use --module with one of ${owners.join(', ')}`)
  }
  const graphs = machines.map(({ module, machine }) => stateGraph(module, machine))
  const kind = extname(output)
  if (kind === '.mmd') return graphs.map(mermaidText).join('\n')
  if (kind === '.dot') return graphs.map(dotText).join('\n')
  if (graphs.length > 1)
    throw new UsageError(`${name} has ${graphs.length} state machines; a picture shows one: use *.dot or *.mmd`)
  return stateSvg(stateGraph(first.module, first.machine))
}
