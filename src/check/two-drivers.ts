/** HDL-0203: a driver that a later one overrides whatever happens. */
import type { Assign, Module, Signal, Statement } from '#ir'
import type { Finding, Rule } from './rule.ts'
import { instancePort, isPlain, quietOf, shapeOf, verbOf, writtenAs } from './words.ts'

/**
 * Tells assignments that never act: a later one stands in the same block without a condition. A later assignment inside
 * of `when` is how a value gets its exceptions, and no mistake.
 */
export const twoDrivers: Rule = (module) => inBlock(module, module.body, 'always')

type Acts = 'always' | 'sometimes'

const inBlock = (module: Module, block: readonly Statement[], acts: Acts): readonly Finding[] => {
  const earlier = new Map<Signal, Assign[]>()
  const overridden = new Map<Signal, Assign[]>()
  const nested: Finding[] = []
  const direct = new Set<Assign>()

  for (const statement of block) {
    if (statement.kind === 'assign') {
      direct.add(statement)
      const others = earlier.get(statement.target) ?? []
      if (others.length > 0) overridden.set(statement.target, others)
      others.push(statement)
      earlier.set(statement.target, others)
    } else {
      for (const inner of blocksOf(statement)) {
        nested.push(...inBlock(module, inner, 'sometimes'))
        // a new list: what is overridden already stays told as it was
        for (const assign of assignsIn(inner))
          earlier.set(assign.target, [...(earlier.get(assign.target) ?? []), assign])
      }
    }
  }
  return [...[...overridden].map(([signal, assigns]) => tell(module, signal, assigns, direct, acts)), ...nested]
}

const tell = (
  module: Module,
  signal: Signal,
  assigns: readonly Assign[],
  direct: ReadonlySet<Assign>,
  acts: Acts,
): Finding => {
  const name = writtenAs(module, signal)
  const driver = signal.role === 'register' ? 'next value' : 'driver'
  const when = acts === 'always' ? 'always active' : 'active in the same case'
  const marks = assigns.map((assign, index) => ({
    origin: assign.origin,
    note: `${ordinals[index] ?? `${index + 1}th`} ${driver}, ${direct.has(assign) ? when : 'overridden by the last one'}`,
  }))
  const declare =
    signal.role === 'wire' &&
    acts === 'always' &&
    assigns.every((assign) => direct.has(assign)) &&
    instancePort(module, signal) === undefined &&
    isPlain(name)
  const [at, ...also] = marks.toReversed()
  if (at === undefined) throw new Error('no drivers to tell')
  return {
    code: 'HDL-0203',
    title: `\`${name}\` has ${counts[assigns.length] ?? assigns.length} ${driver}s`,
    at,
    also,
    help: helpFor(signal, name, declare),
  }
}

const helpFor = (signal: Signal, name: string, declare: boolean): readonly string[] => {
  const exception = `  when(condition, () => ${name}.${verbOf(signal)}(value))`
  if (declare) {
    return [
      'give the quiet value as the fallback and drive inside `when`:',
      `  const ${name} = wire(${shapeOf(signal)}, ${quietOf(signal)})`,
      exception,
    ]
  }
  return ['put the usual value first and the exceptions after it, inside `when`:', exception]
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth']
const counts = ['no', 'one', 'two', 'three', 'four', 'five']

const blocksOf = (statement: Statement): readonly (readonly Statement[])[] => {
  if (statement.kind === 'when') return [...statement.branches.map(({ body }) => body), statement.otherwise ?? []]
  if (statement.kind === 'match') return statement.cases.map(({ body }) => body)
  return []
}

const assignsIn = (block: readonly Statement[]): readonly Assign[] =>
  block.flatMap((statement) => (statement.kind === 'assign' ? [statement] : blocksOf(statement).flatMap(assignsIn)))
