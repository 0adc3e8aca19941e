/** Things that hold or carry values: registers and wires. */
import type { Fields, Shape } from '#layout'
import type { Domain, Expression } from '#ir'
import { leafDetails, leavesOf } from './bundle.ts'
import { reportMistake } from './context.ts'
import { capture } from './origin.ts'
import { settable } from './settable.ts'
import type { Assignable, Driven, Register } from './shapes-to-values.ts'
import { labelOf, newSignal } from './signal.ts'
import type { Bit } from './value.ts'

const bindingOf = (origin: { readonly name: string | undefined }, explicit: string | undefined, kind: string): string =>
  explicit ?? origin.name ?? kind

/** The bits of an assignable constant, leaf by leaf. */
const leafBits = (shape: Shape, value: unknown): ReadonlyMap<string, Expression> =>
  new Map(leavesOf(shape, value).map(({ path, expression }) => [path.join('_'), expression]))

export interface RegisterOptions {
  /** Its name in the Verilog and in waves; the variable's unless given. */
  readonly name?: string
  /** `next` counts only in cycles in which this is 1; reset counts always. */
  readonly enable?: Bit
  /** Whose clock moves it: the domain of the statement unless given. */
  readonly domain?: Domain
  /**
   * Why it may take values of other domains: `first flop of a synchroniser`. Without a reason that is a mistake. The parts
   * of #hdl/lib that cross domains have it; others seldom need it.
   */
  readonly crossing?: string
}

/**
 * A register; `next` sets what it holds after the clock edge. Without a first value it has no reset, and simulation starts
 * it at a random value.
 *
 * Rejects: HDL-0105 when the first value is not constant.
 */
export const reg = <const S extends Shape>(
  shape: S,
  first?: Assignable<S>,
  options: string | RegisterOptions = {},
): Register<S> => {
  const { name, enable, domain, crossing } =
    typeof options === 'string' ? ({ name: options } as RegisterOptions) : options
  const origin = capture(name)
  const base = bindingOf(origin, name, 'register')
  const firsts = first === undefined ? undefined : leafBits(shape, first)
  return settable(shape, [], 'next', (leaf, path) => {
    const reset = firsts?.get(path.join('_'))
    if (reset !== undefined && reset.kind !== 'literal')
      reportMistake(
        'HDL-0105',
        `the first value of \`${base}\` is not a constant`,
        { origin, note: 'a register starts with a value that is known when the design is built' },
        [{ origin: reset.origin, note: 'this is a signal' }],
        [`give a number, and load the signal with next()`],
      )
    return newSignal([base, ...path].join('_'), leaf.bits, 'register', origin, {
      reset: reset?.kind === 'literal' ? reset.value : undefined,
      label: labelOf(base, path),
      enable: enable?.expression,
      domain,
      crossing,
      ...leafDetails(leaf),
    })
  }) as Register<S>
}

/**
 * Registers by name: `const { head, tail } = regs({ head: uint(3), tail: uint(3) }, { head: 0, tail: 0 })`. Those without a
 * first value have no reset.
 */
export const regs = <const F extends Fields>(
  shapes: F,
  firsts: { readonly [Name in keyof F]?: Assignable<F[Name]> } = {},
  options: Omit<RegisterOptions, 'name'> = {},
): { readonly [Name in keyof F]: Register<F[Name]> } =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, reg(shape, firsts[name], { ...options, name })]),
  ) as { readonly [Name in keyof F]: Register<F[Name]> }

/** A wire; `drive` sets it in the same cycle, `fallback` is its value where nothing drives it. */
export const wire = <const S extends Shape>(shape: S, fallback?: Assignable<S>, name?: string): Driven<S> => {
  const origin = capture(name)
  const base = bindingOf(origin, name, 'signal')
  const fallbacks = fallback === undefined ? undefined : leafBits(shape, fallback)
  return settable(shape, [], 'drive', (leaf, path) =>
    newSignal([base, ...path].join('_'), leaf.bits, 'wire', origin, {
      fallback: fallbacks?.get(path.join('_')),
      label: labelOf(base, path),
      ...leafDetails(leaf),
    }),
  ) as Driven<S>
}
