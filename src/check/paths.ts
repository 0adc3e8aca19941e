/** The way from the top of a design to its modules, as a reader of the hierarchy says it. */
import type { Design, Diagnostic, Instance, Module } from '#ir'

/** Of every module the shortest way to one use of it: the top's name, then those of instances. */
export const pathsFrom = (top: Module): ReadonlyMap<Module, readonly string[]> => {
  const paths = new Map<Module, readonly string[]>([[top, [top.name]]])
  // a Map goes on with what is added while it is walked
  for (const [module, path] of paths) {
    for (const instance of module.instances) {
      if (!paths.has(instance.module)) paths.set(instance.module, [...path, shownName(module, instance)])
    }
  }
  return paths
}

/** A mistake found while bodies ran knows the modules around it only by their names. */
export const withPath = (
  diagnostic: Diagnostic,
  { modules }: Design,
  paths: ReturnType<typeof pathsFrom>,
): Diagnostic => {
  const name = diagnostic.path.at(-1)
  const module = modules.find((each) => each.name === name)
  const path = module && paths.get(module)
  return path === undefined ? diagnostic : { ...diagnostic, path }
}

/** `tile[2]` for an instance `tile_2` of several that count from 0. */
const shownName = ({ instances }: Module, { name }: Instance): string => {
  const [, base, index] = /^(.+)_(\d+)$/.exec(name) ?? []
  return base !== undefined && instances.some((other) => other.name === `${base}_0`) ? `${base}[${index ?? ''}]` : name
}
