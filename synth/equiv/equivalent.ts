/** Whether two designs do the same, module by module. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keep, removeOnExit } from '#tool'
import { provedByRegister } from './by-register.ts'
import { comparedByRun } from './by-run.ts'
import { CombinationalLoop } from './cone.ts'
import type { Difference } from './difference.ts'
import { families } from './families.ts'
import { UnknownGate } from './gates.ts'
import { indexed, type IndexedModule, isMemory, type NetModule, type Netlist } from './netlist.ts'
import { type Elaborated, elaborated, type EquivalenceSource, yosys } from './sources.ts'
import { builtAlike } from './structure.ts'

export interface EquivalenceOptions {
  /** Time for each module. @defaultValue 60 */
  readonly seconds?: number
  readonly onProgress?: (what: string, done: number, of: number) => void
  /** Ends the run; tools are stopped and files removed. */
  readonly signal?: AbortSignal
}

/**
 * What is known of two modules. `proved`: they do the same for all time. `different`: the run shows it, or the ports do.
 * `undecided`: neither; never to be read as `proved`.
 */
export interface ModuleVerdict {
  readonly a: string
  readonly b: string
  readonly verdict: 'proved' | 'different' | 'undecided'
  /** How it was shown. */
  readonly by: 'structure' | 'registers' | 'runs' | 'ports' | 'none'
  /** Why nothing is known, or which port differs. */
  readonly why: string | undefined
  readonly difference: Difference | undefined
  readonly seconds: number
}

export interface EquivalenceReport {
  /** Modules before those that use them; the top is the last one. */
  readonly modules: readonly ModuleVerdict[]
  /** Whether the tops are proved equivalent. */
  readonly ok: boolean
}

/**
 * Proves two designs equivalent, module by module from below. Modules that are built alike are equivalent; others are compared
 * register by register, and then by all runs. Instances of modules that are equivalent, and memories, are compared by what
 * goes into them; if that shows a difference, everything below the module is looked at, too.
 *
 * Rejects: SYN-0102 when yosys is missing, SYN-0110 when it does not take one of the designs.
 */
export const equivalent = async (
  a: EquivalenceSource,
  b: EquivalenceSource,
  options: EquivalenceOptions = {},
): Promise<EquivalenceReport> => {
  const directory = mkdtempSync(join(tmpdir(), 'tessera-equiv-'))
  removeOnExit(directory)
  try {
    const tools = { directory, signal: options.signal }
    options.onProgress?.(a.name, 0, 2)
    const first = await elaborated(a, 'a', tools)
    options.onProgress?.(b.name, 1, 2)
    const second = await elaborated(b, 'b', tools)
    return await compared({ a: first, b: second }, directory, options)
  } finally {
    rmSync(directory, { recursive: true, force: true })
    keep(directory)
  }
}

interface Both {
  readonly a: Elaborated
  readonly b: Elaborated
}

interface Pair {
  readonly a: string
  readonly b: string
  /** Instances that both have, with the pair of their modules. */
  readonly below: ReadonlyMap<string, Pair>
}

const compared = async (
  both: Both,
  directory: string,
  { seconds = 60, signal, onProgress }: EquivalenceOptions,
): Promise<EquivalenceReport> => {
  const order: Pair[] = []
  pairsBelow(both, both.a.top, both.b.top, new Map(), order)
  const index = { a: cached(both.a.netlist), b: cached(both.b.netlist) }
  const verdicts = new Map<Pair, ModuleVerdict>()
  for (const pair of order) {
    signal?.throwIfAborted()
    onProgress?.(pair.a === pair.b ? pair.a : `${pair.a} and ${pair.b}`, verdicts.size, order.length)
    const began = performance.now()
    const found = await verdictOf(pair, both, index, verdicts, {
      directory: join(directory, `pair${verdicts.size}`),
      seconds,
      signal,
    })
    verdicts.set(pair, { a: pair.a, b: pair.b, ...found, seconds: (performance.now() - began) / 1000 })
  }
  const modules = [...verdicts.values()]
  return { modules, ok: modules.at(-1)?.verdict === 'proved' }
}

const cached = (netlist: Netlist): ((name: string) => IndexedModule) => {
  const known = new Map<string, IndexedModule>()
  return (name) => {
    const found = known.get(name) ?? indexed(name, netlist.modules[name] as NetModule)
    known.set(name, found)
    return found
  }
}

/** Pairs of modules, children first, each once. */
const pairsBelow = (both: Both, a: string, b: string, known: Map<string, Pair>, order: Pair[]): Pair => {
  const key = `${a} ${b}`
  const found = known.get(key)
  if (found !== undefined) return found
  const [left, right] = [instancesOf(both.a, a), instancesOf(both.b, b)]
  const below = new Map<string, Pair>()
  for (const [instance, module] of left) {
    const other = right.get(instance)
    if (other !== undefined) below.set(instance, pairsBelow(both, module, other, known, order))
  }
  const pair: Pair = { a, b, below }
  known.set(key, pair)
  order.push(pair)
  return pair
}

const instancesOf = ({ netlist }: Elaborated, module: string): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(netlist.modules[module]?.cells ?? {}).flatMap(([cell, { type }]) =>
      netlist.modules[type] === undefined || isBlackbox(netlist.modules[type]) ? [] : [[cell, type] as const],
    ),
  )

const isBlackbox = ({ attributes }: NetModule): boolean => attributes['blackbox'] !== undefined

type Found = Omit<ModuleVerdict, 'a' | 'b' | 'seconds'>

const proved = (by: ModuleVerdict['by']): Found => ({ verdict: 'proved', by, why: undefined, difference: undefined })

interface PairOptions {
  readonly directory: string
  readonly seconds: number
  readonly signal: AbortSignal | undefined
}

const verdictOf = async (
  pair: Pair,
  both: Both,
  index: Readonly<Record<'a' | 'b', (name: string) => IndexedModule>>,
  verdicts: ReadonlyMap<Pair, ModuleVerdict>,
  options: PairOptions,
): Promise<Found> => {
  const [a, b] = [index.a(pair.a), index.b(pair.b)]
  const ports = otherPort(a.module, b.module)
  if (ports !== undefined) return { verdict: 'different', by: 'ports', why: ports, difference: undefined }
  const isProved = (below: Pair | undefined): boolean =>
    below !== undefined && verdicts.get(below)?.verdict === 'proved'
  const [left, right] = [instancesOf(both.a, pair.a), instancesOf(both.b, pair.b)]
  const equalBelow = [...left.keys(), ...right.keys()].every((instance) => isProved(pair.below.get(instance)))
  if (equalBelow && builtAlike(a, b)) return proved('structure')
  // Modules of instances that are equal everywhere here can stay closed.
  const open = (side: 'a' | 'b', instances: ReadonlyMap<string, string>): ReadonlySet<string> =>
    new Set(
      [...instances].flatMap(([instance, module]) => {
        const below = pair.below.get(instance)
        return isProved(below) && below!.a === below!.b ? [] : [module]
      }),
    )
  const opened = new Set([...open('a', left), ...open('b', right)])
  const closed = new Set([...left.values(), ...right.values()].filter((module) => !opened.has(module)))
  const ended = AbortSignal.timeout((options.seconds * 3 + 60) * 1000)
  const signal = options.signal === undefined ? ended : AbortSignal.any([options.signal, ended])
  try {
    return await byProof(pair, both, closed, { ...options, signal })
  } catch (reason) {
    options.signal?.throwIfAborted()
    if (ended.aborted) return undecided(`no answer within ${options.seconds} s for each engine`)
    if (reason instanceof CombinationalLoop || reason instanceof UnknownGate) return undecided(reason.message)
    throw reason
  }
}

const undecided = (why: string): Found => ({ verdict: 'undecided', by: 'none', why, difference: undefined })

const byProof = async (pair: Pair, both: Both, closed: ReadonlySet<string>, options: PairOptions): Promise<Found> => {
  const cut = await gatesOf(pair, both, closed, 'cut', options)
  const asked = { ...options, directory: cut.directory }
  if ((await provedByRegister(cut.a, cut.b, asked)).kind === 'never') return proved('registers')
  const run = await comparedByRun(cut.a, cut.b, asked)
  if (run.kind === 'never') return proved('runs')
  if (run.kind === 'reached' && !run.isCut)
    return { verdict: 'different', by: 'runs', why: undefined, difference: run.difference }
  const stuck = run.kind === 'unknown' ? run.why : cutDiffers
  if (!isCut(cut.a) && !isCut(cut.b)) return undecided(stuck)
  const whole = await gatesOf(pair, both, new Set(), 'whole', options)
  if (whole.memoryBits > largestMemoryBits)
    return undecided(`${stuck}; with its ${whole.memoryBits} bits of memory it is too large to be looked at as a whole`)
  const askedWhole = { ...options, directory: whole.directory }
  if ((await provedByRegister(whole.a, whole.b, askedWhole)).kind === 'never') return proved('registers')
  const again = await comparedByRun(whole.a, whole.b, askedWhole)
  if (again.kind === 'never') return proved('runs')
  if (again.kind === 'unknown') return undecided(again.why)
  if (again.isCut) return undecided(cutDiffers)
  return { verdict: 'different', by: 'runs', why: undefined, difference: again.difference }
}

/** Whether something of a module of gates is closed. */
const isCut = ({ module }: IndexedModule): boolean =>
  Object.values(module.cells).some(({ type }) => isMemory(type) || !type.startsWith('$'))

const cutDiffers = 'it differs only if its instances or memories answer something that they may never answer'

/** Memories up to this size are looked at bit by bit. */
const largestMemoryBits = 16_384

interface Gates {
  readonly a: IndexedModule
  readonly b: IndexedModule
  readonly directory: string
  /** Bits of the larger side's memories. */
  readonly memoryBits: number
}

/** Both modules as single-bit gates; `closed` modules stay instances, `whole` leaves neither instances nor memories. */
const gatesOf = async (
  pair: Pair,
  both: Both,
  closed: ReadonlySet<string>,
  kind: 'cut' | 'whole',
  options: PairOptions,
): Promise<Gates> => {
  const directory = join(options.directory, kind)
  mkdirSync(directory, { recursive: true })
  const family = both.a.family ?? both.b.family
  const sizes: number[] = []
  const gates = async (side: 'a' | 'b'): Promise<IndexedModule> => {
    const { file, family: own, netlist } = both[side]
    // memories of a description become those of the family that the other one is made of
    const toCells =
      family !== undefined && own === undefined
        ? [`read_verilog -lib ${families[family]!.library}`, 'opt', ...families[family]!.memorySteps]
        : []
    const script = [
      `read_rtlil ${file}`,
      ...(closed.size === 0 ? [] : [`blackbox ${[...closed].map((name) => `=${name}`).join(' ')}`]),
      `hierarchy -top ${pair[side]}`,
      'flatten',
      'opt_clean',
      `tee -q -o ${side}.stat stat`,
      ...toCells,
      ...(kind === 'whole' ? [`select -write ${side}.memories t:$mem*`] : []),
      ...(kind === 'whole' && memoryBits(netlist, pair[side]) <= largestMemoryBits ? ['memory_map'] : []),
      'dffunmap',
      'techmap',
      'opt_clean',
      `hierarchy -top ${pair[side]} -purge_lib`,
      `write_json ${side}.json`,
    ]
    await yosys(script, side, `${pair[side]}`, { directory, signal: options.signal })
    sizes.push(memoryBits(netlist, pair[side]))
    const written = JSON.parse(readFileSync(join(directory, `${side}.json`), 'utf8')) as Netlist
    return indexed(pair[side], written.modules[pair[side]] as NetModule)
  }
  const [a, b] = [await gates('a'), await gates('b')]
  return { a, b, directory, memoryBits: Math.max(...sizes) }
}

const memoryBits = (netlist: Netlist, top: string): number => {
  let sum = 0
  for (const { type, parameters } of Object.values(netlist.modules[top]?.cells ?? {})) {
    if (isMemory(type)) sum += numberIn(parameters['SIZE']) * numberIn(parameters['WIDTH'])
    else if (netlist.modules[type] !== undefined) sum += memoryBits(netlist, type)
  }
  return sum
}

/** Numbers are written in base 2. */
const numberIn = (value: string | number | undefined): number => parseInt(String(value ?? '0'), 2)

/** The first port that only one has, or has in another way. */
const otherPort = (a: NetModule, b: NetModule): string | undefined => {
  for (const name of new Set([...Object.keys(a.ports), ...Object.keys(b.ports)])) {
    const [one, other] = [a.ports[name], b.ports[name]]
    // an input that nobody else has may be anything, and that is what is looked at
    if ((one ?? other)?.direction === 'input' && (one === undefined || other === undefined)) continue
    if (one === undefined || other === undefined)
      return `only ${one === undefined ? 'the second' : 'the first'} has the port ${name}`
    if (one.direction !== other.direction)
      return `${name} is an ${one.direction} of the first, an ${other.direction} of the second`
    if (one.bits.length !== other.bits.length)
      return `${name} has ${one.bits.length} bits in the first, ${other.bits.length} in the second`
  }
  return undefined
}
