/** Arithmetic on literal widths in the type system: decimal digits from the right, as on paper. */

/** The sum of two literal widths; `number` when one of them is only known at run time. */
export type Add<A extends number, B extends number> = number extends A
  ? number
  : number extends B
    ? number
    : AddDigits<Reverse<`${A}`>, Reverse<`${B}`>> extends `${infer Sum extends number}`
      ? Sum
      : number

/** Whether a literal width is at most 32, so that JavaScript's `number` holds the value. */
export type IsSmall<N extends number> = `${N}` extends Digit | `${'1' | '2'}${Digit}` | '30' | '31' | '32'
  ? true
  : false

/** Bits that tell `Count` cases apart; `number` above 32 cases. */
export type CaseBits<Count extends number> = `${Count}` extends '1' | '2'
  ? 1
  : `${Count}` extends '3' | '4'
    ? 2
    : `${Count}` extends '5' | '6' | '7' | '8'
      ? 3
      : `${Count}` extends '9' | `1${'0' | '1' | '2' | '3' | '4' | '5' | '6'}`
        ? 4
        : `${Count}` extends `1${'7' | '8' | '9'}` | `2${Digit}` | '30' | '31' | '32'
          ? 5
          : number

/** The sum of the widths of all fields. It does not depend on the order in which the union of the names is taken apart. */
export type SumOfFields<F> = string extends keyof F ? number : SumOfKeys<F, keyof F, 0>

type SumOfKeys<F, Key extends keyof F, Sum extends number> = [Key] extends [never]
  ? Sum
  : OneMemberOf<Key> extends infer Name extends Key
    ? F[Name] extends { readonly bits: infer Bits extends number }
      ? SumOfKeys<F, Exclude<Key, Name>, Add<Sum, Bits>>
      : number
    : number

/** Some member of a union: the last overload of an intersection of functions is the one that inference sees. */
type OneMemberOf<Union> = (Union extends unknown ? (member: () => Union) => void : never) extends (
  all: infer Functions,
) => void
  ? Functions extends () => infer Member
    ? Member
    : never
  : never

type Reverse<Text extends string, Done extends string = ''> = Text extends `${infer First}${infer Rest}`
  ? Reverse<Rest, `${First}${Done}`>
  : Done

type AddDigits<
  A extends string,
  B extends string,
  Carry extends '0' | '1' = '0',
  Sum extends string = '',
> = A extends `${infer X extends Digit}${infer RestA}`
  ? B extends `${infer Y extends Digit}${infer RestB}`
    ? Sums[Carry][X][Y] extends `${infer Next extends '0' | '1'}${infer Last}`
      ? AddDigits<RestA, RestB, Next, `${Last}${Sum}`>
      : never
    : AddDigits<A, '0', Carry, Sum>
  : B extends ''
    ? Carry extends '1'
      ? `1${Sum}`
      : Sum
    : AddDigits<'0', B, Carry, Sum>

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'

type R0 = ['00', '01', '02', '03', '04', '05', '06', '07', '08', '09']
type R1 = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10']
type R2 = ['02', '03', '04', '05', '06', '07', '08', '09', '10', '11']
type R3 = ['03', '04', '05', '06', '07', '08', '09', '10', '11', '12']
type R4 = ['04', '05', '06', '07', '08', '09', '10', '11', '12', '13']
type R5 = ['05', '06', '07', '08', '09', '10', '11', '12', '13', '14']
type R6 = ['06', '07', '08', '09', '10', '11', '12', '13', '14', '15']
type R7 = ['07', '08', '09', '10', '11', '12', '13', '14', '15', '16']
type R8 = ['08', '09', '10', '11', '12', '13', '14', '15', '16', '17']
type R9 = ['09', '10', '11', '12', '13', '14', '15', '16', '17', '18']
type R10 = ['10', '11', '12', '13', '14', '15', '16', '17', '18', '19']

/** Carry and digit of two digits and the carry before: `Sums['1']['7']['5']` is `'13'`. */
interface Sums {
  '0': [R0, R1, R2, R3, R4, R5, R6, R7, R8, R9]
  '1': [R1, R2, R3, R4, R5, R6, R7, R8, R9, R10]
}
