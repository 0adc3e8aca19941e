/** Designs as Verilog files. */
import { isAbsolute, relative } from 'node:path'
import type { Design, Module } from '#ir'
import { emitModule, type EmittedModule } from './emit-module.ts'
import type { Variant } from './module-plan.ts'
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
   * `readable`: for people and FPGA tools; assertions stand in `` `ifdef FORMAL ``. `simulation`: with a wire per probe,
   * and assertions end the simulation.
   *
   * @defaultValue 'readable'
   */
  readonly variant?: Variant
}

/** One file per module, children before parents; the same text for the same design. */
export const emitVerilog = (design: Design, options: EmitOptions = {}): readonly VerilogFile[] => {
  const scopes = scopesOf(design)
  const emitted = emitModules(design, scopes, options.variant ?? 'readable')
  return [...emitted.values()].map(toFile)
}

/** The tree of every module of the design, children before parents. */
export const emitModules = (design: Design, scopes: Scopes, variant: Variant): ReadonlyMap<Module, EmittedModule> =>
  new Map(
    design.modules.map((module) => {
      // whoever simulates a design gives it a clock, whether it listens or not
      const clock = variant === 'simulation' && module === design.top ? 'always' : 'if needed'
      const comment = commentOf(module, scopeIn(scopes, module).module)
      return [module, emitModule(module, scopes, { variant, comment, clock })]
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
  const source = place === undefined ? 'Generated.' : `Generated from ${fileText(place.file)}:${place.line}.`
  return [summary === '' ? `${name}.` : `${name}: ${continued}`, `${source} Edit that file, not this one.`]
}

/** A file below the working directory is named from there. */
const fileText = (file: string): string => {
  const inside = relative(process.cwd(), file)
  return isAbsolute(file) && !inside.startsWith('..') && !isAbsolute(inside) ? inside : file
}
