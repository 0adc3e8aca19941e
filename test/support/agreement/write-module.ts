/** A module of a recipe as source text. */
import { type Line, linesOf, wrapped } from './lines.ts'
import { writeMemory } from './memory-items.ts'
import { Operands } from './operands.ts'
import { operators } from './operators.ts'
import { writeProperty } from './property-items.ts'
import type { Clock, InstanceItem, Item, ModuleRecipe, Recipe } from './recipe.ts'
import { refsOf, Scope } from './scope.ts'
import { numbersIn, writtenShape, type WrittenShape } from './shapes.ts'
import { watch, writeCrossing, writeRegister, writeStates, writeWire } from './state-items.ts'
import { writeStatement } from './statements.ts'
import { type Value, valueOf } from './value.ts'

interface WrittenPort {
  readonly name: string
  readonly shape: WrittenShape
  readonly clock: Clock
}

export interface WrittenModule {
  readonly name: string
  readonly inputs: readonly WrittenPort[]
  readonly outputs: readonly { readonly name: string; readonly value: Value }[]
  readonly clocks: ReadonlySet<Clock>
  /** Modules that it has instances of. */
  readonly below: ReadonlySet<WrittenModule>
  /** `before`: lines that its body begins with. */
  readonly lines: (before: readonly string[]) => readonly string[]
}

export const writeModule = (
  name: string,
  recipe: ModuleRecipe,
  otherReset: Recipe['otherReset'],
  earlier: readonly WrittenModule[],
): WrittenModule => {
  const scope = new Scope(otherReset)
  const below = new Set<WrittenModule>()
  const inputs = recipe.inputs.map(({ shape: given, clock }) => {
    const [port, shape] = [scope.name('a'), writtenShape(given)]
    const numbers = numbersIn(shape.shape, [port], clock)
    scope.add(...numbers)
    watch(scope, shape.shape, port, clock)
    return { name: port, shape, clock, numbers }
  })
  const given = new Set(scope.pool)
  for (const item of recipe.items) writeItem(scope, item, earlier, below)
  for (const end of scope.atEnd) end()
  // Once for each clock: what the items set by themselves comes first.
  const direct = new Set(scope.targets.map((target) => target.name))
  for (const { clock, statement } of recipe.statements)
    scope.lines.push(...writeStatement(scope, scope.clock(clock), statement, direct))

  // Whatever nobody reads is an output, and all state: else it could be wrong unseen.
  const ends = scope.pool.filter((value) => !given.has(value) && (value.uses === 0 || scope.state.has(value)))
  if (ends.length === 0) ends.push(...scope.pool.slice(-1))
  const outputs = ends.map((value) => ({ name: scope.name('y'), value }))
  for (const { name: port, value } of outputs) scope.say(`${port}.drive(`, value, ')')
  const body = linesOf(scope.lines).join('\n')
  const used = inputs.filter((port) => new RegExp(`\\b${port.name}\\b`).test(body))
  for (const { clock } of used) scope.clocks.add(clock)
  for (const { value } of outputs) scope.clocks.add(value.clock)
  const lines = (before: readonly string[]): readonly string[] => {
    const ports = [
      ...used.map((port) => `${port.name}: input(${port.shape.text}${portOptions(port.clock)}),`),
      ...outputs.map(({ name: port, value: { sign, bits, clock } }) => {
        const shape = sign === 'signed' ? `sint(${bits})` : bits === 1 ? 'bit' : `uint(${bits})`
        return `${port}: output(${shape}${portOptions(clock)}),`
      }),
    ]
    const names = [...used, ...outputs].map((port) => port.name)
    const text: readonly Line[] = [() => [...before, ...body.split('\n').filter((line) => line !== '')]]
    return linesOf([
      wrapped(`const ${name} = module('${name}', {`, [() => ports], `}, ({ ${names.join(', ')} }) => {`),
      () => linesOf(text).map((line) => `  ${line}`),
      () => ['})'],
    ])
  }
  return { name, inputs: used, outputs, clocks: scope.clocks, below, lines }
}

const portOptions = (clock: Clock): string => (clock === 'main' ? '' : ', { domain: other }')

const writeItem = (scope: Scope, given: Item, earlier: readonly WrittenModule[], below: Set<WrittenModule>): void => {
  const item = 'clock' in given ? { ...given, clock: scope.clock(given.clock) } : given
  switch (item.kind) {
    case 'compute': {
      const operator = operators[item.operator % operators.length]
      const value = operator?.(new Operands(scope.pool, item.refs, item.clock, item.n))
      if (value === undefined || value.declared || scope.pool.includes(value)) return
      const limited = value.bits <= 200 ? value : valueOf(value.sign, 200, value.clock, [value, '.truncate(200)'])
      return scope.add(scope.shared(limited))
    }
    case 'register':
      return writeRegister(scope, item)
    case 'wire':
      return writeWire(scope, item)
    case 'memory':
      return writeMemory(scope, item)
    case 'states':
      return writeStates(scope, item)
    case 'instance':
      return writeInstance(scope, item, earlier, below)
    case 'crossing':
      return writeCrossing(scope, item)
    case 'property':
      return writeProperty(scope, item)
  }
}

const writeInstance = (
  scope: Scope,
  { module: index, clock, swapped, refs: given }: InstanceItem,
  earlier: readonly WrittenModule[],
  below: Set<WrittenModule>,
): void => {
  const child = earlier[index % Math.max(1, earlier.length)]
  if (child === undefined || child.outputs.length === 0) return
  below.add(child)
  const [name, refs] = [scope.name('u'), refsOf(given)]
  const mayMove = scope.otherReset !== 'none'
  const ports = [...child.inputs, ...child.outputs.map(({ value }) => value)]
  const swaps =
    swapped && mayMove && (['main', 'other'] as const).every((each) => ports.some((port) => port.clock === each))
  const moves = !swaps && clock === 'other' && mayMove
  const clockOf = (inside: Clock): Clock => (swaps ? (inside === 'main' ? 'other' : 'main') : moves ? 'other' : inside)
  for (const inside of child.clocks) scope.clocks.add(clockOf(inside))
  scope.say(
    `const ${name} = `,
    ...(moves
      ? scope.inClock('other', [`instance(${child.name})`])
      : [swaps ? `instance(${child.name}, { domains: { main: other, other: main } })` : `instance(${child.name})`]),
  )
  for (const port of child.inputs)
    scope.say(`${name}.${port.name}.drive(`, ...scope.assignable(port.shape.shape, refs, clockOf(port.clock)), ')')
  scope.add(
    ...child.outputs.map(({ name: port, value }) =>
      valueOf(value.sign, value.bits, clockOf(value.clock), [`${name}.${port}`], { declared: true }),
    ),
  )
}

/** What a text of the language uses of it. */
export const importedNames = (text: string, available: readonly string[]): readonly string[] =>
  available.filter((name) => new RegExp(`(?<![.\\w'])${name}\\b`).test(text))
