/** Designs as Verilog files. */
import type { Design, Module } from '#ir'
import { emitModule, type EmitModuleOptions, type EmittedModule } from './emit-module.ts'
import type { DataFile } from './memory-items.ts'
import type { Variant } from './module-plan.ts'
import { placeText } from './place-text.ts'
import { printModule } from './print.ts'
import { scopeIn, scopesOf, type Scopes } from './scope.ts'

export interface VerilogFile {
  /** `fifo_8x4.v` */
  readonly name: string
  readonly module: string
  readonly text: string
}

export interface EmitOptions {
  /**
   * `readable`: for people and FPGA tools; properties stand in `` `ifdef FORMAL ``. `simulation`: with a wire per probe,
   * and properties that do not hold end the simulation.
   *
   * @defaultValue 'readable'
   */
  readonly variant?: Variant
  /**
   * `source`: `` `line `` directives say where each piece was written, so that messages, coverage and yosys's `src`
   * attributes point into the designer's files.
   *
   * @defaultValue 'none'
   */
  readonly lines?: EmitModuleOptions['lines']
  /**
   * Where long first contents of memories are: `inline` in the Verilog, which then needs no other file, or `files` beside
   * it, which is shorter and what synthesis of big memories likes better.
   *
   * @defaultValue 'inline'
   */
  readonly contents?: EmitModuleOptions['contents']
}

/** A design as files. */
export interface EmittedDesign {
  /** Name of the top module. */
  readonly top: string
  /** One file per module, children before parents. */
  readonly files: readonly VerilogFile[]
  /** Long first contents of memories, if they are files; the Verilog reads them by name, so they belong beside it. */
  readonly data: readonly DataFile[]
  /** Verilog of others that the design needs, as the designer named it. */
  readonly foreign: readonly string[]
}

/** One file per module, children before parents; the same text for the same design. */
export const emitVerilog = (design: Design, options: EmitOptions = {}): readonly VerilogFile[] =>
  emitDesign(design, options).files

/** The files of the design, and what else belongs to it. */
export const emitDesign = (design: Design, options: EmitOptions = {}): EmittedDesign => {
  const scopes = scopesOf(design, clocksOfTop(options.variant ?? defaults.variant))
  const emitted = [...emitModules(design, scopes, { ...defaults, ...options }).values()]
  return {
    top: scopeIn(scopes, design.top).module,
    files: emitted.map(toFile),
    data: emitted.flatMap(({ data }) => data),
    foreign: foreignFiles(design),
  }
}

const defaults = { variant: 'readable', lines: 'none', contents: 'inline' } as const

/** Files of foreign Verilog, each once. */
export const foreignFiles = (design: Design): readonly string[] => [
  ...new Set(design.modules.flatMap(({ external }) => external?.files ?? [])),
]

/** Whoever simulates a design gives it its clocks, whether it listens or not. */
export const clocksOfTop = (variant: Variant): Parameters<typeof scopesOf>[1] =>
  variant === 'simulation' ? 'all clocks' : 'needed clocks'

/** The tree of every module of the design that is not foreign, children before parents. */
export const emitModules = (
  design: Design,
  scopes: Scopes,
  options: Omit<EmitModuleOptions, 'comment'>,
): ReadonlyMap<Module, EmittedModule> =>
  new Map(
    design.modules
      .filter(({ external }) => external === undefined)
      .map((module) => {
        const comment = commentOf(module, scopeIn(scopes, module).module)
        return [module, emitModule(module, scopes, { ...options, comment })]
      }),
  )

export const toFile = ({ tree }: EmittedModule): VerilogFile => ({
  name: `${tree.name}.v`,
  module: tree.name,
  text: printModule(tree),
})

const commentOf = (module: Module, name: string): readonly string[] => {
  const summary = module.summary.trim()
  // `First-in first-out` continues a sentence, `TCU` stays
  const continued = /^[A-Z][a-z\s]/.test(summary) ? summary.charAt(0).toLowerCase() + summary.slice(1) : summary
  const [place] = module.origin.places
  const source = place === undefined ? 'Generated.' : `Generated from ${placeText(place)}.`
  return [summary === '' ? `${name}.` : `${name}: ${continued}`, `${source} Edit that file, not this one.`]
}
