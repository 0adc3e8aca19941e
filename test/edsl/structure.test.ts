import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  allow,
  bit,
  elaborate,
  external,
  input,
  instance,
  memory,
  module,
  type ModuleDefinition,
  oneOf,
  output,
  reg,
  regs,
  states,
  uint,
  when,
} from '#edsl'
import { codesOf, mistakesOf } from './support/mistakes-of.ts'
import { run } from './support/run.ts'

describe('registers', () => {
  test('with an enable move only when it is 1', () => {
    const subject = module('subject', { on: input(bit), value: output(uint(4)) }, ({ on, value }) => {
      const count = reg(uint(4), 0, { enable: on })
      count.next(count.addWrap(1))
      value.drive(count)
    })

    const { outputs } = run(subject, [{ on: 1 }, { on: 0 }, { on: 1 }, { on: 0 }])

    expect(outputs.map(({ value }) => value)).toEqual([0, 1, 1, 2])
  })

  test('of a record have the names of its keys', () => {
    const subject = module('subject', { on: input(bit), out: output(uint(4)) }, ({ on, out }) => {
      const all = regs({ head: uint(4), tail: uint(4) }, { head: 3 }, { enable: on })
      all.head.next(all.tail)
      all.tail.next(all.head)
      out.drive(all.head)
    })

    expect(elaborate(subject).top.signals.map(({ name, reset }) => [name, reset])).toEqual([
      ['head', 3n],
      ['tail', undefined],
    ])
  })
})

test('the states of a machine may have codes of their own', () => {
  const subject = module('subject', { step: input(bit), now: output(uint(4)) }, ({ step, now }) => {
    const light = states(oneOf({ red: 1, green: 2, yellow: 4 }, 4))
    now.drive(light.code())
    when(step, () =>
      light.match({ red: () => light.go('green'), green: () => light.go('yellow'), yellow: () => light.go('red') }),
    )
  })

  const { outputs } = run(subject, [{ step: 1 }, { step: 1 }, { step: 0 }, { step: 1 }, { step: 1 }])

  expect(outputs.map(({ now }) => now)).toEqual([1, 2, 4, 4, 1])
  expect(elaborate(subject).top.machines.map(({ register }) => register.name)).toEqual(['light'])
})

describe('Verilog that was not made here', () => {
  const ports = {
    CLKIN: input(bit),
    LOCKED: output(bit),
    value: { DATA_in: input(uint(8)), DATA_out: output(uint(8)) },
  }

  test('keeps the names of its ports letter by letter', () => {
    const part = external('VENDOR_PART', ports, {
      parameters: { MODE: 'fast', DIV: 3 },
      pins: { main: { clock: 'CK' } },
    })
    const subject = module('subject', { from: input(uint(8)), to: output(uint(8)), on: output(bit) }, (own) => {
      const used = instance(part)
      used.CLKIN.drive(1)
      used.value.DATA_in.drive(own.from)
      own.to.drive(used.value.DATA_out)
      own.on.drive(used.LOCKED)
    })

    const { top, modules } = elaborate(subject)

    expect(modules[0]?.name).toBe('VENDOR_PART_fast_3')
    expect(modules[0]?.ports.map(({ name }) => name)).toEqual(['CLKIN', 'LOCKED', 'value_DATA_in', 'value_DATA_out'])
    expect(modules[0]?.external).toEqual({
      kind: 'external',
      verilogName: 'VENDOR_PART',
      parameters: { MODE: 'fast', DIV: 3 },
      files: [],
      pins: { main: { clock: 'CK', reset: undefined } },
    })
    expect(top.instances[0]?.domains).toHaveProperty('main')
  })

  test('with other parameters is another module', () => {
    const used = (name: string, divide: number) =>
      external('PART', { q: output(bit) }, { parameters: { NAME: name, DIVIDE: divide } })
    const subject = module('subject', { any: output(bit) }, ({ any }) => {
      const first = instance(used('a name that is too long to be readable', 1))
      const second = instance(used('a name that is too long to be readable', 2))
      const third = instance(used('a name that is too long to be readable', 2))
      any.drive(first.q.or(second.q).or(third.q))
    })

    expect(elaborate(subject).modules).toHaveLength(3)
  })

  test('is looked for next to the source', () => {
    const found = external('run', { q: output(bit) }, { files: ['support/run.ts'] })
    const missing = external('part', { q: output(bit) }, { files: ['support/part.v'] })

    expect(elaborate(found).top.external?.files).toEqual([join(import.meta.dirname, 'support', 'run.ts')])
    expect(mistakesOf(missing).map(({ title }) => title)).toEqual(['the file support/part.v of part is not there'])
  })
})

describe('what belongs to another module is refused', () => {
  /** A module around one that does something with a register and a memory of it. */
  const around = (use: (held: ReturnType<typeof parts>) => void) =>
    module('outer', { q: output(bit), at: input(uint(2)) }, ({ q, at }) => {
      const held = parts()
      held.flag.next(held.flag.not())
      held.words.write(at, 0)
      const inner = module('inner', { p: output(bit) }, ({ p }) => {
        p.drive(0)
        use(held)
      })
      q.drive(instance(inner).p.and(held.flag).and(held.words.read(at)))
    })
  const parts = () => ({ flag: reg(bit, 0, 'flag'), words: memory(bit, 4, { read: 'now', initial: 0, name: 'words' }) })

  test('when it is set', () => {
    const [mistake] = mistakesOf(around(({ flag }) => flag.next(1)))

    expect(mistake?.title).toBe('`flag` belongs to module outer and is set in inner')
    expect(mistake?.also[0]?.note).toBe('made here, in outer')
    expect(mistake?.path).toEqual(['outer', 'inner'])
  })

  test.each<[string, Parameters<typeof around>[0]]>([
    ['in a condition', ({ flag }) => when(flag, () => reg(bit, 0).next(1))],
    ['as the word of a memory', ({ words }) => reg(bit, 0).next(words.read(reg(uint(2), 0)))],
    ['as a memory that is written', ({ words }) => words.write(reg(uint(2), 0), 1)],
  ])('when it is read: %s', (_, use) => {
    expect(new Set(codesOf(around(use)))).toEqual(new Set(['HDL-0307']))
  })
})

describe('a module that contains itself is refused', () => {
  test('directly and through another', () => {
    const ports = { q: output(bit) }
    const first: ModuleDefinition<typeof ports> = module('first', ports, ({ q }) => q.drive(instance(second).q))
    const second: ModuleDefinition<typeof ports> = module('second', ports, ({ q }) => q.drive(instance(first).q))

    expect(mistakesOf(first).map(({ code, title }) => [code, title])).toEqual([
      ['HDL-0308', 'module first contains itself'],
    ])
  })

  test('and so is a function without an end', () => {
    const ports = { q: output(bit) }
    const deeper = (level: number): ModuleDefinition<typeof ports> =>
      module(`level_${level}`, ports, ({ q }) => q.drive(instance(deeper(level + 1)).q))

    expect(codesOf(deeper(0))).toEqual(['HDL-0308'])
  })
})

describe('a warning that is meant', () => {
  test('is in the module, for all of it or for each leaf of a value', () => {
    const subject = module(
      'subject',
      { spare: input(bit), pair: [input(bit), input(bit)], q: output(bit) },
      (ports) => {
        ports.q.drive(0)
        allow('HDL-0305', 'read by the debugger only', ports.spare)
        allow('HDL-0305', 'for the next version', { pair: ports.pair })
      },
    )

    expect(elaborate(subject).top.allowances.map(({ code, signal, reason }) => [code, signal?.name, reason])).toEqual([
      ['HDL-0305', 'spare', 'read by the debugger only'],
      ['HDL-0305', 'pair_0', 'for the next version'],
      ['HDL-0305', 'pair_1', 'for the next version'],
    ])
  })

  test('has a code, a reason and a name', () => {
    const subject = module('subject', { a: input(bit), q: output(bit) }, ({ a, q }) => {
      q.drive(a)
      allow('0305', 'read by the debugger only')
      allow('HDL-0305', ' ')
      allow('HDL-0305', 'computed', a.not())
    })

    expect(codesOf(subject).filter((code) => code === 'HDL-0107')).toHaveLength(3)
  })
})

describe('identical instances are one module', () => {
  const part = (first: number, domainLabel: string) =>
    module('part', { q: output(uint(4)) }, ({ q }) => {
      const held = reg(uint(4), first, { crossing: domainLabel })
      held.next(held)
      q.drive(held)
    })
  const pair = (
    one: ModuleDefinition<{ q: ReturnType<typeof output<ReturnType<typeof uint<4>>>> }>,
    other: typeof one,
  ) => module('pair', { q: output(uint(4)) }, ({ q }) => q.drive(instance(one).q.and(instance(other).q)))

  test('also when they are described twice', () => {
    expect(elaborate(pair(part(1, 'a'), part(1, 'a'))).modules.map(({ name }) => name)).toEqual(['part', 'pair'])
  })

  test('and different ones of one name are refused', () => {
    expect(codesOf(pair(part(1, 'a'), part(2, 'a')))).toEqual(['HDL-0303'])
    expect(codesOf(pair(part(1, 'a'), part(1, 'b')))).toEqual(['HDL-0303'])
  })
})
