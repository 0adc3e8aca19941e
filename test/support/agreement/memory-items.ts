/** Memories of random modules. */
import { constantText, type Refs } from './assignable.ts'
import { block, type Line, line } from './lines.ts'
import type { MemoryItem } from './recipe.ts'
import { refsOf, type Scope } from './scope.ts'
import { numbersIn, writtenShape } from './shapes.ts'
import { type Text, type Value, valueOf } from './value.ts'

export const writeMemory = (scope: Scope, item: MemoryItem): void => {
  const { depth, clock, read, during, contents, style, reads, writes, enabled } = item
  const { shape, text } = writtenShape(item.shape)
  const [name, refs] = [scope.name('m'), refsOf(item.refs)]
  const first = refs.next().k
  const options = [
    `read: '${read}'`,
    ...(read === 'next' && during !== 'old' ? [`during: '${during}'`] : []),
    ...(contents === 'value' ? [`initial: ${constantText(shape, first)}`] : []),
    ...(contents === 'list'
      ? [
          `contents: [${Array.from({ length: 1 + (first % depth) }, (_, at) => constantText(shape, first + at)).join(', ')}]`,
        ]
      : []),
    ...(style === 'auto' ? [] : [`style: '${style}'`]),
  ]
  scope.say(`const ${name} = memory(${text}, ${depth}, { ${options.join(', ')} })`)
  // A memory that promises never to be read where it is written is read in other cycles.
  const writing = read === 'next' && during === 'never' ? scope.shared(scope.bit(refs.next(), clock)) : undefined

  for (let port = 0; port < reads; port++) {
    const word = scope.shared(
      valueOf(
        'unsigned',
        shape.bits,
        clock,
        readText(scope, item, name, addressOf(scope, depth, refs, clock), port, writing, refs),
        {
          pinned: true,
        },
      ),
      'q',
    )
    scope.add(...numbersIn(shape, [word], clock))
  }

  const write = (more: Refs): Line => {
    const enables = enabled ? [', ', scope.number(more.next(), partsOf(shape.bits, more.next().k), clock)] : []
    const address = addressOf(scope, depth, more, clock)
    const call: Text = [`${name}.write(`, address, ', ', ...scope.assignable(shape, more, clock), ...enables, ')']
    return line(...scope.inClock(clock, call))
  }
  if (writing === undefined)
    scope.targets.push({ name: `${name} ${scope.targets.length}`, clock, set: (_, more) => write(more) })
  scope.atEnd.push(() => {
    for (let port = 0; port < (writing === undefined ? writes : Math.min(1, writes)); port++) {
      const ref = refs.next()
      const condition = writing ?? (ref.k % 4 === 0 ? undefined : scope.bit(ref, clock))
      const one = write(refs)
      scope.lines.push(condition === undefined ? one : block(['when(', condition, ', '], [one], ')'))
    }
  })
}

const readText = (
  scope: Scope,
  { clock, read, during, enabled }: MemoryItem,
  name: string,
  address: Value,
  port: number,
  writing: Value | undefined,
  refs: Refs,
): Text => {
  if (read === 'now') return [`${name}.read(`, address, ')']
  const enable: Text =
    writing !== undefined ? ['enable: ', writing, '.not()'] : enabled ? ['enable: ', scope.bit(refs.next(), clock)] : []
  const other: Text = port === 1 && writing === undefined ? [`during: '${during === 'new' ? 'old' : 'new'}'`] : []
  const options = [enable, other].filter((option) => option.length > 0)
  const text = options.flatMap((option, index) => (index === 0 ? option : [', ', ...option]))
  return scope.inClock(clock, [`${name}.read(`, address, ...(text.length === 0 ? [] : [', { ', ...text, ' }']), ')'])
}

/** An address below the depth: what happens above is not defined. */
const addressOf = (scope: Scope, depth: number, refs: Refs, clock: 'main' | 'other'): Value => {
  const bits = Math.max(1, Math.ceil(Math.log2(depth)))
  if (depth === 1) return valueOf('unsigned', 1, clock, ['literal(1, 0)'], { declared: true })
  const address = scope.number(refs.next(), bits, clock)
  if (depth === 2 ** bits) return address
  const shared = scope.shared(address)
  return scope.shared(valueOf('unsigned', bits, clock, ['mux(', shared, `.lt(${depth}), `, shared, ', 0)']))
}

/** How many equal parts a word is written in. */
const partsOf = (bits: number, k: number): number => {
  const divisors = Array.from({ length: bits }, (_, index) => index + 1).filter((parts) => bits % parts === 0)
  return divisors[k % divisors.length] ?? 1
}
