/** A recipe as source text that can be pasted, and as a design. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { runInThisContext } from 'node:vm'
import * as edsl from '#edsl'
import type { ModuleDefinition } from '#edsl'
import type { Design } from '#ir'
import { DesignError } from '#report'
import type { Recipe } from './recipe.ts'
import { importedNames, type WrittenModule, writeModule } from './write-module.ts'

/** Warnings of a module that are meant: random designs do senseless things. */
export type Allowed = ReadonlyMap<string, ReadonlySet<string>>

const nothing: Allowed = new Map()

/** The source of a design whose top is called `name`. */
export const sourceOf = (recipe: Recipe, name: string, allowed: Allowed = nothing): string => {
  const modules: WrittenModule[] = []
  recipe.modules.toReversed().forEach((module, index) => {
    const own = index === recipe.modules.length - 1 ? name : `${name}_${index}`
    modules.push(writeModule(own, module, recipe.otherReset, modules))
  })
  const top = modules.at(-1)
  if (top === undefined) throw new Error('a design has a module')
  const needed = new Set([top])
  for (const module of needed) for (const child of module.below) needed.add(child)
  const texts = modules
    .filter((module) => needed.has(module))
    .map((module) => {
      const allows = [...(allowed.get(module.name) ?? [])].map((code) => `allow('${code}', 'random')`)
      return module.lines(allows).join('\n')
    })
  const body = texts.join('\n\n')
  const reset = recipe.otherReset === 'synchronous' ? '' : `, { reset: '${recipe.otherReset}' }`
  const domain = /\bother\b/.test(body) ? `const other = domain('other'${reset})\n\n` : ''
  const names = importedNames(`${domain}${body}`, Object.keys(edsl))
  return `import { ${names.join(', ')} } from '#edsl'\n\n${domain}${body}\n`
}

/** A recipe, what it says, and the design that this is. */
export interface Written {
  readonly recipe: Recipe
  readonly name: string
  readonly source: string
  readonly design: Design
}

/** Warnings come in rounds: what is allowed shows what was hidden behind it. */
const mostRounds = 6

/**
 * Runs the source that the recipe prints. `file` is where it stands while it runs, because names are looked up there; a name
 * serves once in a process.
 *
 * Rejects: DesignError when the language refuses the design for more than a warning.
 */
export const writeDesign = (recipe: Recipe, name: string, file: (round: number) => string): Written => {
  const allowed = new Map<string, Set<string>>()
  for (let round = 0; ; round++) {
    const source = sourceOf(recipe, name, allowed)
    try {
      return { recipe, name, source, design: run(source, name, file(round)) }
    } catch (error) {
      if (!(error instanceof DesignError) || round === mostRounds) throw new SourceError(source, error)
      const told = error.diagnostics.map(({ code, at }) => {
        return { code, module: moduleAt(source, at.origin.places[0]?.line ?? 1) ?? name }
      })
      // What is allowed is not told again.
      if (told.some(({ code, module }) => !mayBeAllowed.has(code) || allowed.get(module)?.has(code)))
        throw new SourceError(source, error)
      for (const { code, module } of told) allowed.set(module, new Set(allowed.get(module)).add(code))
    }
  }
}

/** The module that a line of the source belongs to. */
const moduleAt = (source: string, line: number): string | undefined =>
  source
    .split('\n')
    .slice(0, line)
    .flatMap((text) => /^const (\w+) = module\(/.exec(text)?.[1] ?? [])
    .at(-1)

/** What is suspicious and not wrong. */
const mayBeAllowed: ReadonlySet<string> = new Set([
  ...['HDL-0305', 'HDL-0306', 'HDL-0320', 'HDL-0322', 'HDL-0323', 'HDL-0324'],
  ...['HDL-0403', 'HDL-0404', 'HDL-0503'],
])

/** The generator wrote what the language does not take. */
class SourceError extends Error {
  constructor(source: string, cause: unknown) {
    super(`${cause instanceof Error ? cause.message : String(cause)}\n\n${source}`, { cause })
  }
}

const run = (source: string, name: string, file: string): Design => {
  // The same lines and columns as in what is pasted, without the import and without what only types need.
  const [head = '', ...rest] = source.split('\n')
  const names = /\{ (.*) \}/.exec(head)?.[1] ?? ''
  const code = [`(({ ${names} }) => {`, ...rest].join('\n').replaceAll(']!', ']')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, code)
  try {
    const made = runInThisContext(`${code}\nreturn ${name}})`, { filename: file }) as (
      language: typeof edsl,
    ) => ModuleDefinition
    return edsl.elaborate(made(edsl))
  } finally {
    rmSync(file)
  }
}
