/** Registers, wires, state machines and crossings of random modules. */
import { constantText } from './assignable.ts'
import { block, chained, line, wrapped } from './lines.ts'
import type { CrossingItem, RegisterItem, StatesItem, WireItem } from './recipe.ts'
import { refsOf, type Scope } from './scope.ts'
import { numbersIn, oneOfShape, writtenShape } from './shapes.ts'
import type { Shape } from '#edsl'
import type { Text } from './value.ts'
import type { Refs } from './assignable.ts'

export const writeRegister = (
  scope: Scope,
  { shape: recipe, clock, reset, enabled, next, refs: given }: RegisterItem,
): void => {
  const { shape, text } = writtenShape(recipe)
  const [name, refs] = [scope.name('r'), refsOf(given)]
  const first = reset === 'value' ? constantText(shape, refs.next().k) : undefined
  const options = scope.domainOption(clock, ...(enabled ? [['enable: ', scope.bit(refs.next(), clock)]] : []))
  scope.say(
    `const ${name} = reg(${text}`,
    ...(first !== undefined ? [`, ${first}`] : options.length > 0 ? [', undefined'] : []),
    ...options,
    ')',
  )
  scope.addState(...numbersIn(shape, [name], clock))
  watch(scope, shape, name, clock)
  scope.targets.push({ name, clock, set: (part, more) => setPart(scope, shape, name, clock, part, more) })
  scope.atEnd.push(() => {
    const set = line(`${name}.next(`, ...scope.assignable(shape, refs, clock), ')')
    scope.lines.push(next === 'always' ? set : block(['when(', scope.bit(refs.next(), clock), ', '], [set], ')'))
  })
}

/** A register can be set as a whole, by a field, by an element, and by an element that a value names. */
const setPart = (scope: Scope, shape: Shape, name: string, clock: 'main' | 'other', part: number, refs: Refs) => {
  if (part > 0 && shape.kind === 'struct') {
    const fields = Object.entries(shape.fields)
    const [field, of] = fields[part % fields.length] ?? ['', shape]
    return line(`${name}.${field}.next(`, ...scope.assignable(of, refs, clock), ')')
  }
  if (part > 0 && shape.kind === 'array') {
    const { element, length } = shape
    if (part % 3 === 0) return line(`${name}[${part % length}]!.next(`, ...scope.assignable(element, refs, clock), ')')
    const index = scope.number(refs.next(), 1 + (part % 4), clock)
    return line(`${name}.at(`, index, ').next(', ...scope.assignable(element, refs, clock), ')')
  }
  return line(`${name}.next(`, ...scope.assignable(shape, refs, clock), ')')
}

export const watch = (scope: Scope, shape: Shape, name: string, clock: 'main' | 'other'): void => {
  if (shape.kind === 'oneOf') scope.subjects.push({ name, cases: shape.cases, clock })
  if (shape.kind === 'union') scope.subjects.push({ name, cases: shape.tag.cases, clock })
}

export const writeWire = (scope: Scope, { shape: recipe, clock, exceptions, refs: given }: WireItem): void => {
  const { shape, text } = writtenShape(recipe)
  const [name, refs] = [scope.name('w'), refsOf(given)]
  const drive = (): Text => [`${name}.drive(`, ...scope.assignable(shape, refs, clock), ')']
  if (exceptions === 0) {
    scope.say(`const ${name} = wire(${text})`)
    scope.say(...drive())
  } else {
    scope.say(`const ${name} = wire(${text}, `, ...scope.assignable(shape, refs, clock), ')')
    const branches = Array.from({ length: exceptions }, (_, index) => {
      if (index === 2) return block(['.otherwise('], [line(...drive())], ')')
      const condition = scope.bit(refs.next(), clock)
      return block([index === 0 ? 'when(' : '.elseWhen(', condition, ', '], [line(...drive())], ')')
    })
    scope.lines.push(chained(branches))
  }
  scope.add(...numbersIn(shape, [name], clock))
  watch(scope, shape, name, clock)
}

export const writeStates = (scope: Scope, { cases: count, encoding, clock, refs: given }: StatesItem): void => {
  const { shape, text } = oneOfShape(count, encoding)
  if (shape.kind !== 'oneOf') return
  const [name, refs, { cases }] = [scope.name('s'), refsOf(given), shape]
  const machine = encoding === 'counted' ? `states(${cases.map((each) => `'${each}'`).join(', ')})` : `states(${text})`
  scope.say(`const ${name} = `, ...scope.inClock(clock, [machine]))
  scope.addState(...numbersIn(shape, [name], clock))
  scope.subjects.push({ name, cases, clock })
  scope.targets.push({ name, clock, set: (part) => line(`${name}.go('${cases[part % cases.length]}')`) })
  scope.atEnd.push(() => {
    const go = (index: number): string => `${name}.go('${cases[index % cases.length]}')`
    const moves = cases.map((each, index) => {
      const condition = scope.bit(refs.next(), clock)
      return block([`${each}: `], [block(['when(', condition, ', '], [line(go(index + 1))], ')')], ',')
    })
    scope.lines.push(wrapped(`${name}.match({`, moves, '})'))
  })
}

export const writeCrossing = (scope: Scope, { to, refs: [ref = { at: 0, k: 0 }] }: CrossingItem): void => {
  const name = scope.name('x')
  const from = to === 'main' ? 'other' : 'main'
  const bits = 1 + (ref.k % 40)
  const first = ref.k % 2 === 0 ? '0' : 'undefined'
  const options = scope.domainOption(to, ["crossing: 'values of another clock'"])
  scope.say(`const ${name} = reg(uint(${bits}), ${first}`, ...options, ')')
  scope.addState(...numbersIn({ kind: 'uint', bits }, [name], to))
  scope.atEnd.push(() => {
    scope.clocks.add(from)
    scope.say(`${name}.next(`, scope.number(ref, bits, from), ')')
  })
}
