/** Descriptions out of values and JSON texts: checked against the schema, with the place of every mistake. */
import { findNodeAtLocation, parseTree, type ParseError, printParseErrorCode, type Node } from 'jsonc-parser'
import type { z } from 'zod'
import { closestName } from '#report'
import { DescriptionError, type DescriptionFault, pathText } from './description-error.ts'
import { descriptionSchema, type FullDescription } from './schema.ts'

/**
 * A description with its defaults.
 *
 * Rejects: DescriptionError with everything that the schema does not allow.
 */
export const checkDescription = (value: unknown): FullDescription => {
  const { data, error } = descriptionSchema.safeParse(value)
  if (data) return data
  throw new DescriptionError(error.issues.flatMap((issue) => faultsOf(issue, value)))
}

/** A JSON text with the places of its values. Comments are allowed. */
export interface JsonText {
  readonly value: unknown
  /** Line and column of the value at a path like `tiles[3].id`, or of what is around it. */
  readonly locate: (path: string) => { readonly line: number; readonly column: number } | undefined
}

/**
 * Reads a JSON text.
 *
 * Rejects: DescriptionError NOC-0301 where it is no JSON.
 */
export const readJson = (text: string): JsonText => {
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, { allowTrailingComma: true })
  const at = (offset: number) => {
    const before = text.slice(0, offset).split('\n')
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  }
  const [first] = errors
  if (first || !tree)
    throw new DescriptionError([
      {
        code: 'NOC-0301',
        path: '',
        message: `this is no JSON: ${first ? words(printParseErrorCode(first.error)) : 'it is empty'} in line ${at(first?.offset ?? 0).line}`,
        fix: 'correct the text there',
        ...at(first?.offset ?? 0),
      },
    ])
  return {
    value: valueOf(tree),
    locate: (path) => {
      const parts = partsOf(path)
      for (let length = parts.length; length >= 0; length--) {
        const node = length === 0 ? tree : findNodeAtLocation(tree, parts.slice(0, length))
        if (node) return at(node.offset)
      }
      return undefined
    },
  }
}

/** Gives every mistake its line and column. */
export const withLines = (error: DescriptionError, { locate }: JsonText): DescriptionError =>
  new DescriptionError(
    error.faults.map((fault) =>
      fault.line === undefined && fault.path !== '' ? { ...fault, ...locate(fault.path) } : fault,
    ),
  )

/** `ValueExpected` as `value expected`. */
const words = (name: string): string => name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

const valueOf = (node: Node): unknown => {
  if (node.type === 'array') return (node.children ?? []).map(valueOf)
  if (node.type !== 'object') return node.value as unknown
  return Object.fromEntries(
    (node.children ?? []).map(({ children = [] }): [string, unknown] => [
      String(children[0]?.value),
      children[1] && valueOf(children[1]),
    ]),
  )
}

/** `tiles[3].id` as its parts; keys in brackets and quotation marks too. */
const partsOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, name]) =>
    index === undefined ? (quoted ?? name ?? '') : Number(index),
  )

const faultsOf = (issue: z.core.$ZodIssue, value: unknown): readonly DescriptionFault[] => {
  const path = pathText(issue.path)
  const where = path === '' ? 'the description' : path
  const fault = (message: string, fix: string, at = path): DescriptionFault => ({
    code: 'NOC-0302',
    path: at,
    message,
    fix,
  })
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const meant = closestName(key, knownKeys(issue.path, value))
      return fault(
        `${where} has no '${key}'`,
        meant === undefined ? 'take it out' : `did you mean '${meant}'?`,
        path === '' ? key : `${path}.${key}`,
      )
    })
  const said = issue.message
    .replace(/^Invalid (input|option|value): /, '')
    .replace(/^Invalid input$/, 'none of the forms fits')
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined)
    return [fault(`${where} is of no known kind`, 'see `tessera noc schema` for the kinds')]
  return [fault(`${where}: ${said}`, issue.code === 'invalid_type' ? 'give such a value' : 'see `tessera noc schema`')]
}

/** Keys that the schema knows at a place, for suggestions: those of the whole, the network, and every kind of module. */
const knownKeys = (path: readonly PropertyKey[], value: unknown): readonly string[] => {
  const { shape } = descriptionSchema
  if (path.length === 0) return Object.keys(shape)
  if (path.length === 1 && path[0] === 'network') return Object.keys(shape.network.shape)
  const [list, index] = path
  const kind = ((value as Record<string, readonly { kind?: unknown }[]>)[String(list)] ?? [])[Number(index)]?.kind
  const options =
    list === 'tiles' ? shape.tiles.element.options : list === 'memories' ? shape.memories.unwrap().element.options : []
  const fitting = options.filter((option) => option.shape.kind.value === kind)
  return fitting.flatMap((option) => Object.keys(option.shape))
}
