/** What a program's parent put into its capability table, and where: the data words of its environment. */
import { CallError, codes, WordReader, WordWriter } from '#kernel'
import type { Context } from '../runtime/context.ts'

export const resourceKinds = Object.freeze([
  'receive gate',
  'send gate',
  'module',
  'tile',
  'tile memory',
  'memory',
  'file',
] as const)
export type ResourceKind = (typeof resourceKinds)[number]

/** A capability with the name under which the program knows it, and up to two facts about it. A file has its send gate behind it. */
export interface Resource {
  readonly kind: ResourceKind
  readonly name: string
  readonly selector: number
  /** Size of a module or of memory in bytes; NoC id of a tile. */
  readonly first: bigint
  /** Descriptor of a tile. */
  readonly second: bigint
}

export const encodeResources = (resources: readonly Resource[]): Uint8Array => {
  const writer = new WordWriter().word(resources.length)
  for (const { kind, name, selector, first, second } of resources)
    writer.word(resourceKinds.indexOf(kind)).text(name).word(selector).word(first).word(second)
  return writer.finish()
}

/** Rejects: Malformed. */
const decodeResources = (data: Uint8Array): readonly Resource[] => {
  if (data.length === 0) return []
  const reader = new WordReader(data)
  return Array.from({ length: Number(reader.word()) }, () => ({
    kind: resourceKinds[Number(reader.word())] ?? 'memory',
    name: reader.text(),
    selector: Number(reader.word()),
    first: reader.word(),
    second: reader.word(),
  }))
}

/** All resources of a kind, in their order. */
export const resourcesOf = (context: Context, kind: ResourceKind): readonly Resource[] =>
  decodeResources(context.environment.data).filter((each) => each.kind === kind)

/**
 * The resource of a kind, by name or the first one.
 *
 * Rejects: CallError NotFound.
 */
export const resource = (context: Context, kind: ResourceKind, name?: string): Resource => {
  const found = resourcesOf(context, kind).find((each) => name === undefined || each.name === name)
  if (found === undefined) throw new CallError(codes.NotFound, `${kind} ${name ?? ''}`.trim())
  return found
}
