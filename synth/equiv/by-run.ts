/** The thorough proof: both modules run side by side from their reset, with whatever comes in. */
import { ask, type AskOptions } from './abc.ts'
import { anyDifference, registerAt } from './by-register.ts'
import { aigerOf, type Latch, type Literal, not } from './graph.ts'
import { miterOf, type Miter, type Obligation, type Side } from './miter.ts'
import type { IndexedModule } from './netlist.ts'
import { type Difference, differenceOf, isReset } from './difference.ts'

/** What running both shows. */
export type RunAnswer =
  | { readonly kind: 'never' }
  | { readonly kind: 'reached'; readonly difference: Difference; readonly isCut: boolean }
  | { readonly kind: 'unknown'; readonly why: string }

/** Cycles in which differences are looked for first: they make the shortest runs. */
const searchFrames = 24

/**
 * Proves two modules of gates equivalent from the cycle of reset on, or finds a run in which they differ. Registers that reset
 * gives no value begin with anything; those with a name in common with the same. One clock, without asynchronous reset.
 */
export const comparedByRun = async (a: IndexedModule, b: IndexedModule, options: AskOptions): Promise<RunAnswer> => {
  const states = new Map<string, { readonly side: Side; readonly wire: number; readonly latch: Literal }>()
  const firsts = new Map<string, Literal>()
  let started: Literal | undefined
  const startedOf = (miter: Miter): Literal => (started ??= miter.graph.input())

  const firstOf = (side: Side, wire: number): Literal => {
    const { initial, name } = registerAt(miter, side, wire)
    if (initial !== undefined) return initial === '1' ? 1 : 0
    const match = side === 'a' ? miter.matches.ofA.get(wire) : undefined
    if (match?.kind === 'constant') return match.value === '1' ? 1 : 0
    if (match?.kind === 'register') return firstOf('b', match.wire)
    const key = `${side} ${wire}`
    const known = firsts.get(key)
    if (known !== undefined) return known
    const shared = side === 'a' || !miter.matches.ofB.has(wire)
    const made = miter.newInput(`first ${shared ? `${side}: ` : ''}${name}`)
    firsts.set(key, made)
    return made
  }
  const miter: Miter = miterOf(
    a,
    b,
    (side, wire, graph) => {
      const latch = graph.input()
      states.set(`${side} ${wire}`, { side, wire, latch })
      return graph.mux(startedOf(miter), latch, firstOf(side, wire))
    },
    (name, graph, free) => (isReset(name) ? graph.or(free(), not(startedOf(miter))) : undefined),
  )
  const obligations = miter.obligations()
  const clocks = new Set<Literal>()
  const latches: Latch[] = []
  const seen = new Set<string>()
  let all: readonly Obligation[] = obligations
  // next values reach further registers and cells
  for (let before = -1; before !== states.size + all.length;) {
    before = states.size + all.length
    for (const [key, { side, wire, latch }] of [...states]) {
      if (seen.has(key)) continue
      seen.add(key)
      const { cell } = registerAt(miter, side, wire)
      if (cell.type !== '$_DFF_P_') return { kind: 'unknown', why: `a register ${cell.type}: runs need one clock` }
      clocks.add(miter.value[side](cell.connections['C']![0]!))
      latches.push({ node: latch >> 1, next: miter.value[side](cell.connections['D']![0]!) })
    }
    all = miter.obligations()
  }
  if (clocks.size > 1) return { kind: 'unknown', why: 'several clocks: runs need one clock' }
  const outputs = all.filter(({ kind }) => kind === 'output')
  const cells = all.filter(({ kind }) => kind === 'cell')
  const { graph } = miter
  const bad = graph.or(graph.and(startedOf(miter), anyDifference(graph, outputs)), anyDifference(graph, cells))
  if (bad === 0) return { kind: 'never' }
  latches.push({ node: startedOf(miter) >> 1, next: 1 })
  const inputs = [...miter.inputs.keys()]
  const file = aigerOf(graph, inputs, latches, bad)
  const searchSeconds = Math.max(1, Math.ceil(options.seconds / 4))
  const searched = await ask(file, `strash; bmc3 -F ${searchFrames} -T ${searchSeconds}`, inputs.length, {
    ...options,
    seconds: searchSeconds,
  })
  const answer =
    searched.kind === 'reached'
      ? searched
      : await ask(file, `strash; scorr; dc2; pdr -T ${options.seconds}`, inputs.length, options)
  if (answer.kind !== 'reached') return answer
  return {
    kind: 'reached',
    difference: differenceOf(miter, inputs, latches, all, answer.values),
    isCut: miter.isCut(),
  }
}
