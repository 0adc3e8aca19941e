/** The WebAssembly module of a design. */
import type { Domain } from '#ir'
import {
  block,
  branch,
  branchIf,
  type Code,
  createModuleWriter,
  getLocal,
  i32,
  i64,
  loop,
  type ModuleWriter,
  setLocal,
  type WasmType,
  when,
} from './assembler.ts'
import { createCommits, createCopies } from './emit-commits.ts'
import { createProgramCode } from './emit-items.ts'
import type { Hazards } from './hazards.ts'
import type { Model } from './model.ts'
import type { Schedule } from './schedule.ts'
import { control, type Storage } from './storage.ts'

/** What is computed when. */
export interface Programs {
  /** By domain. */
  readonly edges: readonly Schedule[]
  readonly settle: Schedule
  readonly clocks: Schedule
}

const noParameters = { parameters: [], results: [] } as const
const pageBytes = 65536
const base = i32.const(0)
const load32 = (at: number): Code => i32.load(at, base)
const load64 = (at: number): Code => i64.load(at, base)

/** The bytes of the module: exports `memory`, `start()`, `settle()` and `step(clockMask, edges)`. */
export const generate = (
  model: Model,
  programs: Programs,
  hazards: Hazards,
  storage: Storage,
): Uint8Array<ArrayBuffer> => {
  const module = createModuleWriter()
  const functions = createFunctions(module, model, programs, hazards, storage)
  const { outputs, edge, rise, before, risen } = functions

  const { from, to, bytes } = storage.inputs
  const changes = Array.from({ length: bytes / 8 }, (_, index) =>
    i64.xor(load64(from + 8 * index), load64(to + 8 * index)),
  )
  const changed = changes.reduce<Code>((sum, code) => i64.or(sum, code), load64(control.dirty))
  const settle = module.addFunction(noParameters, [], [when(i64.ne(changed, i64.const(0)), [module.call(outputs)])])

  // locals: clock mask, edges, how many have run
  const [mask, edges, count] = [0, 1, 2]
  const step = module.addFunction(
    { parameters: ['i32', 'i32'], results: ['i32'] },
    ['i32'],
    [
      ...before,
      ...rise,
      block(
        'end',
        loop(
          'again',
          branchIf('end', i32.ge(getLocal(count), getLocal(edges))),
          ...(model.probes.length === 0
            ? []
            : [branchIf('end', i32.gt(load32(control.records), i32.const(storage.records.to)))]),
          module.call(edge, getLocal(mask)),
          ...rise,
          // the edge of a violation does not count: time stands still there, as in Verilator
          branchIf('end', load32(control.stop)),
          i64.store(control.edge, base, i64.add(load64(control.edge), i64.const(1))),
          setLocal(count, i32.add(getLocal(count), i32.const(1))),
          branch('again'),
        ),
      ),
      module.call(outputs),
      getLocal(count),
    ],
  )
  module.exportFunction('start', risen)
  module.exportFunction('settle', settle)
  module.exportFunction('step', step)
  return module.write(Math.ceil(storage.total / pageBytes))
}

/** The functions that the exported ones are made of. */
interface Functions {
  /** Computes all that is watched. */
  readonly outputs: number
  /** The edges of the clocks in the mask. */
  readonly edge: number
  /** Takes the clocks that are made inside as they are. */
  readonly risen: number
  /** Makes clocks and resets follow that are made inside or act at once. */
  readonly rise: readonly Code[]
  /** Takes the registers as they are, whoever wrote them. */
  readonly before: readonly Code[]
}

const createFunctions = (
  module: ModuleWriter,
  model: Model,
  programs: Programs,
  hazards: Hazards,
  storage: Storage,
): Functions => {
  const addFunction = (types: readonly WasmType[], body: readonly Code[]): number =>
    module.addFunction(noParameters, types, body)
  const addProgram = (schedule: Schedule): readonly Code[] =>
    createProgramCode(model, hazards, storage, schedule).map(({ types, body }) => module.call(addFunction(types, body)))

  const copies = createCopies(storage)
  const commits = createCommits(model, hazards, storage)
  const domains = model.flat.domains.map((_, index) => {
    const resetBy = (kind: Domain['reset']): readonly Code[] => {
      const place = model.resets[index]
      const body = commits.reset(index, kind)
      if (place === undefined || body.length === 0) return []
      return [when(load32(storage.placeAt(place, 0)), [module.call(addFunction([], body))])]
    }
    const atOnce = resetBy('asynchronous')
    const reset = [...resetBy('synchronous'), ...atOnce]
    return {
      sample: addProgram(programs.edges[index] as Schedule),
      before: copies.before(index),
      commit: [...commits.writes(index), ...copies.commit(index), ...commits.lateReads(index), ...reset],
      atOnce,
    }
  })
  const mask = getLocal(0)
  const ifClocked = (domain: number, codes: readonly Code[]): readonly Code[] =>
    codes.length === 0 ? [] : [when(i32.and(mask, i32.const(1 << domain)), codes)]
  // everybody samples before anybody changes
  const edge = module.addFunction(
    { parameters: ['i32'], results: [] },
    [],
    [
      ...domains.flatMap(({ sample }, index) => ifClocked(index, sample)),
      ...domains.flatMap(({ commit }, index) => ifClocked(index, commit)),
    ],
  )

  const resets = domains.flatMap(({ atOnce }) => atOnce)
  const clockCalls = addProgram(programs.clocks)
  const lastOf = (clock: number): number => storage.lastClockAt(clock)
  const nowOf = (place: number): Code => load32(storage.placeAt(place, 0))
  const risen = addFunction(
    [],
    [...clockCalls, ...model.clocks.map(({ place }, clock) => i32.store(lastOf(clock), base, nowOf(place)))],
  )
  const riseFunction = addFunction(
    ['i32'],
    [
      loop(
        'again',
        ...clockCalls,
        ...resets,
        setLocal(0, i32.const(0)),
        ...model.clocks.flatMap(({ domain, place }, clock) => [
          setLocal(
            0,
            i32.or(mask, i32.shl(i32.and(nowOf(place), i32.eqz(load32(lastOf(clock)))), i32.const(domain.index))),
          ),
          i32.store(lastOf(clock), base, nowOf(place)),
        ]),
        when(mask, [
          ...domains.flatMap(({ before }, index) => ifClocked(index, before)),
          module.call(edge, mask),
          branch('again'),
        ]),
      ),
    ],
  )
  const rise = model.clocks.length > 0 || resets.length > 0 ? [module.call(riseFunction)] : []

  const outputs = addFunction(
    [],
    [...rise, ...addProgram(programs.settle), ...copies.inputs, i32.store(control.dirty, base, i32.const(0))],
  )
  return { outputs, edge, risen, rise, before: domains.flatMap(({ before }) => before) }
}
