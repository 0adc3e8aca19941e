import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  array,
  bit,
  constant,
  elaborate,
  input,
  module,
  mux,
  none,
  oneOf,
  output,
  pack,
  pick,
  type Plain,
  type PortRecord,
  reg,
  type Shape,
  sint,
  struct,
  uint,
  union,
  unpack,
  variant,
  type Views,
  when,
  wire,
} from '#edsl'
import { encode } from '#layout'
import { arbitrary } from '#layout/arbitrary'
import { DesignError } from '#report'
import { createReference, type Reference } from '../emit/reference.ts'

const request = union({
  read: struct({ address: uint(8) }),
  write: struct({ address: uint(8), data: sint(5) }),
  idle: none,
})
const everything = struct({
  count: uint(9),
  offset: sint(7),
  op: oneOf.oneHot('load', 'store', 'fence'),
  follows: request,
  table: array(struct({ key: uint(3), valid: bit }), 5),
})

/** A module that runs: the bits of its inputs by Verilog name. */
const running = <const P extends PortRecord>(ports: P, body: (ports: Views<P, 'inside'>) => void) => {
  const inputs: Record<string, bigint> = {}
  const { top } = elaborate(module('subject', ports, body))
  const reference: Reference = createReference(top, (name) => inputs[name] ?? 0n)
  return {
    top,
    set: (values: Readonly<Record<string, bigint>>): void => {
      Object.assign(inputs, values)
      reference.unsettle(new Set())
    },
    get: (name: string) => reference.output(name),
    edge: (): void => {
      reference.edge(new Set(['main']), new Set())()
      reference.unsettle(new Set())
    },
  }
}

const mistakesOf = (ports: PortRecord, body: (ports: never) => void) => {
  try {
    elaborate(module('subject', ports, body as (ports: unknown) => void))
  } catch (error) {
    if (error instanceof DesignError) return error.diagnostics
    throw error
  }
  return []
}

describe('a value of any shape', () => {
  test('packs to the bits that the codec gives its plain value, and unpacks from them', () => {
    fc.assert(
      fc.property(arbitrary(everything), (plain: Plain<typeof everything>) => {
        const { get } = running(
          { all: output(uint(everything.bits)), again: output(uint(everything.bits)) },
          (ports) => {
            const value = constant(everything, plain)
            ports.all.drive(pack(everything, plain))
            ports.again.drive(pack(everything, unpack(everything, pack(everything, value))))
          },
        )

        expect([get('all'), get('again')]).toEqual([encode(everything, plain), encode(everything, plain)])
      }),
      { numRuns: 25, seed: 5 },
    )
  })

  test('goes through ports, wires and registers leaf by leaf', () => {
    const subject = running({ from: input(everything), to: output(everything) }, ({ from, to }) => {
      const now = wire(everything)
      const held = reg(everything, {
        count: 0,
        offset: -1,
        op: 'load',
        follows: { kind: 'idle' },
        table: Array.from({ length: 5 }, () => ({ key: 0, valid: 0 })),
      })
      now.drive(from)
      held.next(now)
      to.drive(held)
    })

    const { top } = subject
    const port = (label: string) => top.ports.find((signal) => signal.label === label)
    const register = (label: string) => top.signals.find((signal) => signal.label === label)

    expect(port('from.table[2].valid')?.name).toBe('from_table_2_valid')
    expect(port('from.offset')).toMatchObject({ bits: 7, signed: true, cases: undefined })
    expect(port('to.op')).toMatchObject({ bits: 3, signed: false, cases: { load: 1, store: 2, fence: 4 } })
    expect(register('held.follows.tag')).toMatchObject({ bits: 2, reset: 2n, cases: { read: 0, write: 1, idle: 2 } })
    expect(register('held.follows.payload')).toMatchObject({ bits: 13, reset: 0n })
    expect(register('held.offset')).toMatchObject({ reset: 127n, signed: true })
    subject.set({ from_offset: 0x55n, from_table_3_key: 6n })
    subject.edge()
    expect([subject.get('to_offset'), subject.get('to_table_3_key')]).toEqual([0x55n, 6n])
  })

  test('is chosen as a whole', () => {
    const { set, get } = running(
      { first: input(everything), second: input(everything), other: input(bit), to: output(uint(everything.bits)) },
      ({ first, second, other, to }) => to.drive(pack(everything, mux(other, first, second))),
    )

    set({ first_offset: 3n, second_offset: 4n, other: 1n })
    const taken = get('to')
    set({ other: 0n })

    const offsetAt = BigInt(everything.lsb.offset)
    expect([(taken >> offsetAt) & 127n, (get('to') >> offsetAt) & 127n]).toEqual([3n, 4n])
  })
})

test.each([
  [{ left: 1 }, 'undefined is not a whole number'],
  [{ left: 1, right: 0.5 }, '0.5 is not a whole number'],
])('a record with something else than a number for a number is refused: %o', (value, title) => {
  const pair = struct({ left: uint(8), right: uint(8) })

  const found = mistakesOf({ to: output(pair) }, ({ to }: { to: { drive: (given: unknown) => void } }) =>
    to.drive(value),
  )

  expect(found.map((mistake) => [mistake.code, mistake.title])).toEqual([['HDL-0101', title]])
})

test.each([
  ['read', { kind: 'read', value: { address: 0x5a } }, 0x5an],
  ['write', { kind: 'write', value: { address: 0x5a, data: -1 } }, (0x5an << 5n) | 0x1fn],
  ['idle', { kind: 'idle' }, 0n],
] as const)('a register of a union may start with the variant %s, however wide its payload is', (_, first, payload) => {
  const { top } = elaborate(
    module('starts', { given: input(request), out: output(request) }, ({ given, out }) => {
      const held = reg(request, first)
      held.next(given)
      out.drive(held)
    }),
  )

  expect(top.signals.find(({ name }) => name === 'held_payload')?.reset).toBe(payload)
})

test('a field with the name of the method that sets a value is refused', () => {
  const bad = struct({ next: uint(8) })

  expect(mistakesOf({}, () => void reg(bad)).map(({ code, title }) => [code, title])).toEqual([
    ['HDL-0304', 'a record with a field `next` cannot be set'],
  ])
})

describe('a union', () => {
  const ports = { from: input(request), address: output(uint(8)), data: output(sint(5)), seen: output(uint(2)) }

  test('is matched variant by variant, each with its payload', () => {
    const { set, get } = running(ports, ({ from, address, data, seen }) => {
      const [where, what, which] = [wire(uint(8), 0), wire(sint(5), 0), wire(uint(2), 0)]
      from.match({
        read: (read) => {
          where.drive(read.address)
          which.drive(1)
        },
        write: (write) => {
          where.drive(write.address)
          what.drive(write.data)
          which.drive(2)
        },
        idle: () => which.drive(3),
      })
      address.drive(where)
      data.drive(what)
      seen.drive(which)
    })
    const of = (value: Plain<typeof request>) => {
      const bits = encode(request, value)
      set({ from_tag: bits >> 13n, from_payload: bits & 0x1fffn })
      return [get('address'), BigInt.asIntN(5, get('data')), get('seen')]
    }

    expect(of({ kind: 'read', value: { address: 0x81 } })).toEqual([0x81n, 0n, 1n])
    expect(of({ kind: 'write', value: { address: 0x7f, data: -16 } })).toEqual([0x7fn, -16n, 2n])
    expect(of({ kind: 'idle' })).toEqual([0n, 0n, 3n])
  })

  test('is made of its variant, with zeros where the payload is narrower', () => {
    const { set, get } = running(
      { address: input(uint(8)), store: input(bit), to: output(request) },
      ({ address, store, to }) => {
        const made = mux(store, variant(request, 'write', { address, data: -1 }), variant(request, 'read', { address }))
        to.drive(made)
      },
    )

    set({ address: 0xffn, store: 0n })
    const read = [get('to_tag'), get('to_payload')]
    set({ store: 1n })

    expect(read).toEqual([0n, 0xffn])
    expect([get('to_tag'), get('to_payload')]).toEqual([1n, 0x1fffn])
  })

  test('can be asked which variant it is, and read as one', () => {
    const { set, get } = running(
      { from: input(request), isAccess: output(bit), data: output(sint(5)) },
      ({ from, isAccess, data }) => {
        isAccess.drive(from.isIn('read', 'write'))
        data.drive(mux(from.is('write'), from.as('write').data, 0))
      },
    )

    set({ from_tag: 1n, from_payload: 9n })

    expect([get('is_access'), get('data')]).toEqual([1n, 9n])
  })

  test('of names alone has a tag and no payload', () => {
    const light = union({ red: none, green: none })
    const { top } = running({ from: input(light), to: output(light) }, ({ from, to }) => to.drive(from))

    expect(top.ports.map(({ name }) => name)).toEqual(['from_tag', 'to_tag'])
  })

  test('with a variant that does not exist is told what there is', () => {
    const found = mistakesOf({ to: output(request) }, ({ to }: { to: { drive: (value: unknown) => void } }) =>
      to.drive({ kind: 'fetch' }),
    )

    expect(found.map(({ code, title, at }) => [code, title, at.note])).toEqual([
      ['HDL-0101', "'fetch' is not a variant", 'the variants are read, write, idle'],
    ])
  })

  test('with a missing case is refused', () => {
    const found = mistakesOf(
      { from: input(request), to: output(bit) },
      ({ from, to }: { from: { match: (cases: unknown) => void }; to: { drive: (value: unknown) => void } }) => {
        from.match({ read: () => undefined, write: () => undefined })
        to.drive(0)
      },
    )

    expect(found.map(({ title }) => title)).toContain("the case 'idle' of `from.tag` is missing")
  })
})

describe('an element that hardware chooses', () => {
  const entry = struct({ key: uint(4), change: sint(3) })

  test('is read, of any shape, and is 0 behind the end', () => {
    const { set, get } = running(
      { table: input(array(entry, 3)), index: input(uint(3)), to: output(entry) },
      ({ table, index, to }) => to.drive(pick(table, index)),
    )

    set({ table_0_key: 1n, table_1_key: 2n, table_2_key: 3n, table_2_change: 5n })
    const read = [0n, 1n, 2n, 3n, 7n].map((index) => {
      set({ index })
      return [get('to_key'), get('to_change')]
    })

    expect(read).toEqual([
      [1n, 0n],
      [2n, 0n],
      [3n, 5n],
      [0n, 0n],
      [0n, 0n],
    ])
  })

  test('is set, and the others keep what they have', () => {
    const subject = running(
      {
        index: input(uint(2)),
        key: input(uint(4)),
        write: input(bit),
        all: output(array(entry, 3)),
        now: output(entry),
      },
      ({ index, key, write, all, now }) => {
        const store = reg(
          array(entry, 3),
          Array.from({ length: 3 }, () => ({ key: 0, change: 0 })),
        )
        when(write, () => store.at(index).next({ key, change: -1 })).elseWhen(key.all(), () =>
          store.at(index).change.next(store.at(index).change.addWrap(-1)),
        )
        all.drive(store)
        now.drive(store.at(index))
      },
    )
    const keys = () => [0, 1, 2].map((index) => [subject.get(`all_${index}_key`), subject.get(`all_${index}_change`)])

    subject.set({ index: 1n, key: 9n, write: 1n })
    subject.edge()
    const afterOne = keys()
    subject.set({ index: 3n })
    subject.edge()
    const afterNone = keys()
    subject.set({ index: 1n, key: 15n, write: 0n })
    subject.edge()

    expect(afterOne).toEqual([
      [0n, 0n],
      [9n, 7n],
      [0n, 0n],
    ])
    expect(afterNone).toEqual(afterOne)
    expect(keys()[1]).toEqual([9n, 6n])
    expect(subject.get('now_change')).toBe(6n)
  })

  test('of nested arrays is set by two indices', () => {
    const subject = running(
      { row: input(bit), column: input(bit), all: output(array(array(uint(4), 2), 2)) },
      ({ row, column, all }) => {
        const grid = wire(array(array(uint(4), 2), 2), [
          [1, 1],
          [1, 1],
        ])
        grid.at(row).at(column).drive(7)
        all.drive(grid)
      },
    )

    subject.set({ row: 1n, column: 0n })

    expect(['all_0_0', 'all_0_1', 'all_1_0', 'all_1_1'].map(subject.get)).toEqual([1n, 1n, 7n, 1n])
  })

  test('of the wrong width is told of once', () => {
    const wide: Shape = uint(9)
    const found = mistakesOf(
      { index: input(uint(2)), value: input(wide), all: output(array(uint(4), 3)) },
      ({ index, value, all }: never) => {
        const store = reg(array(uint(4), 3), [0, 0, 0])
        ;(store.at(index) as { next: (value: unknown) => void }).next(value)
        ;(all as { drive: (value: unknown) => void }).drive(store)
      },
    )

    expect(found.filter(({ code }) => code === 'HDL-0102')).toHaveLength(1)
  })
})

describe('signed and unsigned', () => {
  // What the editor would refuse.
  const unseen = (shape: Shape): Shape => shape

  test.each([
    ['in an operator', 'to', (a: never, b: never) => (a as { eq: (value: unknown) => unknown }).eq(b)],
    ['in a mux', 'level', (a: never, b: never) => mux(constant(bit, 1), a, b)],
  ])('do not mix %s', (_, __, build) => {
    const found = mistakesOf({ a: input(uint(4)), b: input(unseen(sint(4))) }, ({ a, b }: never) => void build(a, b))

    expect(found.filter(({ code }) => code === 'HDL-0109')).toMatchObject([
      { also: [{ note: 'unsigned' }, { note: 'signed' }] },
    ])
  })

  test('do not mix where a value is given to another', () => {
    const found = mistakesOf({ a: input(uint(4)), b: output(unseen(sint(4))) }, ({ a, b }: never) =>
      (b as { drive: (value: unknown) => void }).drive(a),
    )

    expect(found.map(({ code, title }) => [code, title])).toEqual([
      ['HDL-0109', '`a` is unsigned and given to what is signed'],
    ])
  })
})
