/** Every operator of the language, with operands out of what is there. */
import { fitted, type Operands } from './operands.ts'
import { type Text, type Value, valueOf } from './value.ts'

type Operator = (given: Operands) => Value

const mostBits = 200
/** Parts of trees of gates grow with the square of the width. */
const mostTreeBits = 70

const bitsFor = (count: number): number => Math.max(1, count.toString(2).length)

const of = (like: Value, text: Text, bits = like.bits, sign = like.sign): Value => valueOf(sign, bits, like.clock, text)

/** For numbers of both signs. */
const both = (make: (given: Operands, sign: Value['sign'], first: Value) => Value): readonly Operator[] => [
  (given) => make(given, 'unsigned', given.unsigned(0)),
  (given) => make(given, 'signed', given.signed(0)),
]

const twoSided = (name: string): readonly Operator[] =>
  both((given, _, a) => of(a, [a, `.${name}(`, given.like(1, a), ')']))
const compared = (name: string): readonly Operator[] =>
  both((given, _, a) => of(a, [a, `.${name}(`, given.like(1, a), ')'], 1, 'unsigned'))
const bitOf =
  (name: string): Operator =>
  (given) => {
    const a = given.unsigned(0)
    return of(a, [a, `.${name}()`], 1)
  }
/** Of a helper that takes bits and returns bits. */
const helper =
  (name: string, width: (bits: number) => number): Operator =>
  (given) => {
    const a = given.unsigned(0, mostTreeBits)
    return of(a, [`${name}(`, a, ')'], width(a.bits))
  }
const shifted = (name: string): readonly Operator[] =>
  both((given, _, a) => of(a, [a, `.${name}(`, given.unsigned(1), ')']))
const shiftedByNumber = (name: string): readonly Operator[] => both((given, _, a) => of(a, [a, `.${name}(${given.n})`]))

export const operators: readonly Operator[] = [
  // Same width
  ...['addWrap', 'subWrap', 'mulWrap', 'addClamp', 'subClamp', 'and', 'or', 'xor'].flatMap(twoSided),
  ...both((_, __, a) => of(a, [a, '.not()'])),
  (given) => {
    const a = given.signed(0)
    return of(a, [a, '.negWrap()'])
  },
  (given) => {
    const a = given.signed(0)
    return of(a, [a, '.abs()'], a.bits, 'unsigned')
  },
  // Growing
  ...both((given, _, a) => of(a, [a, '.add(', given.like(1, a), ')'], a.bits + 1)),
  ...both((given, _, a) => of(a, [a, '.sub(', given.like(1, a), ')'], a.bits + 1, 'signed')),
  (given) => {
    const [a, b] = [given.unsigned(0, mostBits / 2), given.unsigned(1, mostBits / 2)]
    return of(a, [a, '.mul(', b, ')'], a.bits + b.bits)
  },
  (given) => {
    const [a, b] = [given.signed(0, mostBits / 2), given.signed(1, mostBits / 2)]
    return of(a, [a, '.mul(', b, ')'], a.bits + b.bits)
  },
  (given) => {
    const a = given.signed(0)
    return of(a, [a, '.neg()'], a.bits + 1)
  },
  ...both((given, _, a) => of(a, [a, `.scaleUp(${given.n % 9})`], a.bits + (given.n % 9))),
  // Comparisons
  ...['eq', 'ne', 'lt', 'le', 'gt', 'ge'].flatMap(compared),
  ...both((given, _, a) => of(a, [a, '.in(', given.like(1, a), ', ', given.like(2, a), ')'], 1, 'unsigned')),
  (given) => {
    const a = given.unsigned(0, 40)
    const pattern = Array.from(
      { length: a.bits },
      (_, index) => '01--'[index === 0 ? given.k(1) & 1 : (given.k(1) >> (index % 13)) & 3],
    )
    return of(a, [a, `.matches('${pattern.join('')}')`], 1)
  },
  ...['any', 'all', 'parity'].map(bitOf),
  (given) => {
    const a = given.signed(0)
    return of(a, [a, '.isNegative()'], 1, 'unsigned')
  },
  // Shifts
  ...['shiftLeft', 'shiftRight'].flatMap((name) => [...shifted(name), ...shiftedByNumber(name)]),
  ...['rotateLeft', 'rotateRight'].flatMap((name): readonly Operator[] => [
    (given) => {
      const a = given.unsigned(0)
      return of(a, [a, `.${name}(${given.n})`])
    },
    (given) => {
      const a = given.unsigned(0)
      return of(a, [a, `.${name}(`, given.unsigned(1, 9), ')'])
    },
  ]),
  // Bits
  ...both((given, _, a) => fitted(a, 1 + (given.n % mostBits), given.k(0))),
  ...both((given, _, a) => fitted(a, 1 + (given.n % mostBits))),
  ...both((given, _, a) => {
    const bits = 1 + (given.n % a.bits)
    return of(a, [a, `.clamp(${bits})`], bits)
  }),
  (given) => {
    const a = given.unsigned(0)
    return of(a, [a, '.signed()'], a.bits, 'signed')
  },
  (given) => {
    const a = given.signed(0)
    return of(a, [a, '.unsigned()'], a.bits, 'unsigned')
  },
  ...both((given, _, a) => of(a, [a, `.bit(${given.n % a.bits})`], 1, 'unsigned')),
  ...both((given, _, a) => of(a, [a, '.bit(', given.unsigned(1), ')'], 1, 'unsigned')),
  (given) => {
    const a = given.unsigned(0)
    const divisors = Array.from({ length: a.bits }, (_, index) => index + 1).filter((part) => a.bits % part === 0)
    const bits = divisors[given.n % divisors.length] ?? 1
    return of(a, [a, '.select(', given.unsigned(1), `, ${bits})`], bits)
  },
  (given) => {
    const [a, b] = [given.unsigned(0), given.unsigned(1)]
    return of(a, ['cat(', a, ', ', b, ')'], a.bits + b.bits)
  },
  (given) => {
    const [a, b, c] = [given.unsigned(0), given.unsigned(1), given.unsigned(2)]
    return of(a, [a, '.cat(', b, ', ', c, ')'], a.bits + b.bits + c.bits)
  },
  (given) => {
    const a = given.unsigned(0, 40)
    const count = 1 + (given.n % 5)
    return of(a, ['replicate(', a, `, ${count})`], a.bits * count)
  },
  // Choice
  ...both((given, _, a) => of(a, ['mux(', given.bit(2), ', ', a, ', ', given.like(1, a), ')'])),
  ...both((given, sign, a) =>
    of(a, [
      'pick([',
      a,
      ', ',
      given.fitting(1, a.bits, sign),
      ', ',
      given.fitting(2, a.bits, sign),
      '], ',
      given.unsigned(2, 3),
      ')',
    ]),
  ),
  // Helpers
  helper('popcount', bitsFor),
  helper('leadingZeros', bitsFor),
  helper('trailingZeros', bitsFor),
  helper('reversed', (bits) => bits),
  helper('lowestOne', (bits) => bits),
  helper('onehotIndex', (bits) => bitsFor(Math.max(1, bits - 1))),
  (given) => {
    const a = given.unsigned(0)
    const bits = 1 + (given.n % mostTreeBits)
    return of(a, ['onehot(', a, `, ${bits})`], bits)
  },
  (given) => {
    const a = given.unsigned(0, mostTreeBits)
    return of(a, ['priority(', a, ').valid'], 1)
  },
  (given) => {
    const a = given.unsigned(0, mostTreeBits)
    return of(a, ['priority(', a, ').index'], bitsFor(Math.max(1, a.bits - 1)))
  },
]

export const operatorCount = operators.length
