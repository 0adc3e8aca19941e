/** The state of a flat design, by number, and what happens to it at the edges of each clock. */
import type { Domain, Expression, Memory, MemoryWrite, Probe, Property, ReadPort, Signal, Statement } from '#ir'
import { caseCondition } from './drivers.ts'
import { domainIn, type FlatDesign, type FlatDomain, type Scope } from './flatten.ts'
import { ifItem, type Item } from './items.ts'
import { createLowering, type Lowering } from './lower.ts'
import type { Value } from './value.ts'
import type { Word } from './word.ts'

/** Something that lives in the engine's memory under a number. */
export interface Place {
  readonly kind: 'input' | 'reset' | 'register' | 'watched' | 'clock'
  readonly bits: number
  readonly scope: Scope
  /** Undefined for resets of the top and clocks. */
  readonly signal: Signal | undefined
  readonly domain: FlatDomain | undefined
}

export interface FlatMemory {
  readonly scope: Scope
  readonly memory: Memory
}

export interface FlatProperty {
  readonly scope: Scope
  readonly check: Property['check']
  readonly sentence: string
}

export interface FlatProbe {
  readonly scope: Scope
  readonly probe: Probe
}

export interface FlatWrite {
  readonly memory: number
  readonly domain: FlatDomain
  readonly masked: boolean
}

export interface FlatLateRead {
  readonly memory: number
  readonly place: number
  readonly domain: FlatDomain
}

export interface Model {
  readonly flat: FlatDesign
  readonly lowering: Lowering
  readonly places: readonly Place[]
  readonly memories: readonly FlatMemory[]
  readonly properties: readonly FlatProperty[]
  readonly probes: readonly FlatProbe[]
  readonly writes: readonly FlatWrite[]
  readonly lateReads: readonly FlatLateRead[]
  /** Where the resets are, by domain; undefined for domains without one. */
  readonly resets: readonly (number | undefined)[]
  /** What happens at an edge, by domain. */
  readonly edges: readonly (readonly Item[])[]
  /** Clocks that are made inside: where their value and that of their reset are kept. */
  readonly clocks: readonly { readonly domain: FlatDomain; readonly place: number }[]
  /** Stores the values of those clocks and resets. */
  readonly clockItems: readonly Item[]
  /** Where the value of a signal or probe is, and the value itself if somebody has to put it there. */
  readonly watch: (scope: Scope, thing: Signal | Probe) => { readonly place: number; readonly value: Value | undefined }
}

/** `records`: whether probes are worth computing. */
export const createModel = (flat: FlatDesign, records: boolean): Model => {
  const places: Place[] = []
  const memories: FlatMemory[] = []
  const properties: FlatProperty[] = []
  const probes: FlatProbe[] = []
  const writes: FlatWrite[] = []
  const lateReads: FlatLateRead[] = []
  const numbers = flat.scopes.map(() => new Map<Signal | Memory, number>())
  const numberOf = (scope: Scope, thing: Signal | Memory): number => {
    const number = numbers[scope.index]?.get(thing)
    if (number === undefined) throw new Error(`${thing.name} of ${scope.module.name} is no state`)
    return number
  }
  const keep = (place: Place): number => places.push(place) - 1

  const resets = flat.domains.map((domain) =>
    domain.domain.reset === 'none' || (domain.madeBy !== undefined && domain.madeBy.reset === undefined)
      ? undefined
      : keep({ kind: domain.madeBy ? 'clock' : 'reset', bits: 1, scope: flat.top, signal: undefined, domain }),
  )
  for (const scope of flat.scopes) {
    const own = numbers[scope.index]
    for (const signal of scope === flat.top ? scope.module.ports : [])
      if (signal.role === 'input')
        own?.set(signal, keep({ kind: 'input', bits: signal.bits, scope, signal, domain: undefined }))
    for (const signal of scope.module.signals) {
      const { domain } = signal
      if (signal.role !== 'register' && signal.role !== 'memoryOutput') continue
      if (domain === undefined || domain === 'asynchronous') throw new Error(`${signal.name} has no clock`)
      own?.set(signal, keep({ kind: 'register', bits: signal.bits, scope, signal, domain: domainIn(scope, domain) }))
    }
    for (const memory of scope.module.memories) own?.set(memory, memories.push({ scope, memory }) - 1)
  }

  const lowering = createLowering({ signal: numberOf, memory: numberOf })
  const { words, values, valueOf, conditionOf } = lowering

  // whether a reset counts is said by the module, which may be used with clocks of domains that say something else
  const unlessReset = (scope: Scope, domain: Domain, condition: Word): Word => {
    const place = resets[domainIn(scope, domain).index]
    return place === undefined || domain.reset === 'none'
      ? condition
      : words.and(condition, words.flip(words.load(32, 1, place, 0)))
  }
  const stores = (place: number, { words: limbs }: Value): readonly Item[] =>
    limbs.map((value, limb): Item => ({ kind: 'store', place, limb, value }))

  const bodyItems = (scope: Scope, body: readonly Statement[], domain: FlatDomain): readonly Item[] =>
    body.flatMap((statement): readonly Item[] => {
      switch (statement.kind) {
        case 'assign': {
          const { target, value } = statement
          if (target.role !== 'register' || places[numberOf(scope, target)]?.domain !== domain) return []
          return stores(numberOf(scope, target), valueOf(scope, value))
        }
        case 'memoryWrite':
          return domainIn(scope, statement.domain) === domain ? writeItems(scope, statement, domain) : []
        case 'when':
          return chain(
            scope,
            statement.branches.map(
              ({ condition, body: inner }) => [condition, bodyItems(scope, inner, domain)] as const,
            ),
            bodyItems(scope, statement.otherwise ?? [], domain),
          )
        case 'match':
          return chain(
            scope,
            statement.cases.map(
              ({ code, body: inner }) =>
                [caseCondition(statement.subject, code), bodyItems(scope, inner, domain)] as const,
            ),
            [],
          )
      }
    })

  const chain = (
    scope: Scope,
    branches: readonly (readonly [condition: Expression, items: readonly Item[]])[],
    otherwise: readonly Item[],
  ): readonly Item[] => {
    if (otherwise.length === 0 && branches.every(([, items]) => items.length === 0)) return []
    return branches.reduceRight(
      (rest, [condition, items]) => ifItem(conditionOf(scope, condition), items, rest),
      otherwise,
    )
  }

  const writeItems = (scope: Scope, statement: MemoryWrite, domain: FlatDomain): readonly Item[] => {
    const { memory, address, data, enables } = statement
    const whole = valueOf(scope, data)
    const mask = enables === undefined ? undefined : spread(valueOf(scope, enables), memory.bits / enables.bits)
    const item: Item = {
      kind: 'write',
      write: writes.push({ memory: numberOf(scope, memory), domain, masked: mask !== undefined }) - 1,
      memory: numberOf(scope, memory),
      address: lowering.addressOf(scope, memory, address),
      data: mask === undefined ? whole.words : values.each(whole, mask, words.and).words,
      keep: mask === undefined ? undefined : values.not(mask).words,
    }
    const inRange = lowering.isInRange(scope, memory, address)
    return ifItem(memory.initial === undefined ? inRange : unlessReset(scope, statement.domain, inRange), [item], [])
  }

  /** Every bit of the value `times` times. */
  const spread = (value: Value, times: number): Value => {
    const groups = Array.from({ length: value.bits }, (_, index) =>
      values.signExtend(values.slice(value, index, 1), times),
    )
    return values.join(groups)
  }

  const portItems = (scope: Scope, port: ReadPort, domain: FlatDomain): readonly Item[] => {
    const { memory, address, enable, output } = port
    if (domainIn(scope, port.domain) !== domain) return []
    const condition = enable === undefined ? words.constant(32, 1n) : conditionOf(scope, enable)
    const at = lowering.addressOf(scope, memory, address)
    const place = numberOf(scope, output)
    if (port.during === 'new') {
      const read = lateReads.push({ memory: numberOf(scope, memory), place, domain }) - 1
      return ifItem(condition, [{ kind: 'lateRead', read, address: at }], [])
    }
    const items = ifItem(condition, stores(place, lowering.fetch(scope, memory, at)), [])
    return port.during === 'never' ? [...items, ...collisions(scope, port, condition, domain)] : items
  }

  /** A port whose address is never written at the same edge: an assertion for each write. */
  const collisions = (scope: Scope, port: ReadPort, reading: Word, domain: FlatDomain): readonly Item[] => {
    const sentence = `\`${port.memory.name}\` is never read where it is written at the same edge`
    const property = properties.push({ scope, check: 'assert', sentence }) - 1
    const address = valueOf(scope, port.address)
    const hit = unlessReset(scope, port.domain, reading)
    return writesOf(scope.module.body, port.memory, []).flatMap(({ write, conditions }) => {
      if (domainIn(scope, write.domain) !== domain) return []
      const other = valueOf(scope, write.address)
      const bits = Math.max(address.bits, other.bits)
      const same = values.equal(values.resize(address, bits), values.resize(other, bits))
      const enabled = write.enables === undefined ? hit : words.and(hit, values.any(valueOf(scope, write.enables)))
      const all = conditions.map(([condition, holds]) => {
        const word = conditionOf(scope, condition)
        return holds ? word : words.flip(word)
      })
      return ifItem([same, ...all].reduce(words.and, enabled), [{ kind: 'hit', property }], [])
    })
  }

  const propertyItems = (scope: Scope, property: Property, domain: FlatDomain): readonly Item[] => {
    if (domainIn(scope, property.domain) !== domain) return []
    const { check, sentence } = property
    const number = properties.push({ scope, check, sentence }) - 1
    const condition = conditionOf(scope, property.condition)
    const hit = check === 'cover' ? condition : words.flip(condition)
    return ifItem(unlessReset(scope, property.domain, hit), [{ kind: 'hit', property: number }], [])
  }

  const probeItems = (scope: Scope, probe: Probe, domain: FlatDomain): readonly Item[] => {
    if (!records || domainIn(scope, probe.domain) !== domain) return []
    const number = probes.push({ scope, probe }) - 1
    const { words: limbs } = valueOf(scope, probe.record)
    return ifItem(conditionOf(scope, probe.valid), [{ kind: 'record', probe: number, words: limbs }], [])
  }

  const edges = flat.domains.map((domain) =>
    flat.scopes.flatMap((scope) => {
      const { module } = scope
      return [
        ...module.readPorts.flatMap((port) => portItems(scope, port, domain)),
        ...module.probes.flatMap((probe) => probeItems(scope, probe, domain)),
        ...module.properties.flatMap((property) => propertyItems(scope, property, domain)),
        ...bodyItems(scope, module.body, domain),
      ]
    }),
  )
  const clockItems: Item[] = []
  const clocks = flat.domains.flatMap((domain) => {
    const { index, madeBy } = domain
    if (madeBy === undefined) return []
    const place = keep({ kind: 'clock', bits: 1, scope: flat.top, signal: undefined, domain })
    clockItems.push(...stores(place, valueOf(madeBy.scope, madeBy.clock)))
    const reset = resets[index]
    if (reset !== undefined && madeBy.reset !== undefined)
      clockItems.push(...stores(reset, valueOf(madeBy.scope, madeBy.reset)))
    return [{ domain, place }]
  })

  const watched = new Map<string, number>()
  const watch: Model['watch'] = (scope, thing) => {
    const own = thing.kind === 'signal' ? numbers[scope.index]?.get(thing) : undefined
    if (own !== undefined) return { place: own, value: undefined }
    const value =
      thing.kind === 'signal'
        ? valueOf(scope, thing)
        : values.join([valueOf(scope, thing.record), valueOf(scope, thing.valid)])
    const [first] = value.words
    // a value that is state, or that somebody watches under another name, is there already
    if (
      first?.operator === 'load' &&
      values.load(value.bits, first.place).words.every((word, at) => word === value.words[at])
    )
      if (places[first.place]?.bits === value.bits) return { place: first.place, value: undefined }
    const key = value.words.map(({ id }) => id).join()
    const before = watched.get(key)
    if (before !== undefined) return { place: before, value: undefined }
    const place = keep({ kind: 'watched', bits: value.bits, scope, signal: undefined, domain: undefined })
    watched.set(key, place)
    return { place, value }
  }

  return {
    ...{ flat, lowering, places, memories, properties, probes, writes, lateReads },
    ...{ resets, edges, clocks, clockItems, watch },
  }
}

type Guard = readonly [condition: Expression, holds: boolean]

/** The writes of a memory, with what decides whether they happen. */
const writesOf = (
  body: readonly Statement[],
  memory: Memory,
  conditions: readonly Guard[],
): readonly { readonly write: MemoryWrite; readonly conditions: readonly Guard[] }[] =>
  body.flatMap((statement) => {
    if (statement.kind === 'memoryWrite') return statement.memory === memory ? [{ write: statement, conditions }] : []
    if (statement.kind === 'assign') return []
    const branches =
      statement.kind === 'when'
        ? statement.branches.map(({ condition, body: inner }) => [condition, inner] as const)
        : statement.cases.map(({ code, body: inner }) => [caseCondition(statement.subject, code), inner] as const)
    const found = branches.flatMap(([condition, inner], index) => {
      const earlier = branches.slice(0, index).map(([before]): Guard => [before, false])
      return writesOf(inner, memory, [...conditions, ...earlier, [condition, true]])
    })
    if (statement.kind === 'match' || statement.otherwise === undefined) return found
    const none = branches.map(([before]): Guard => [before, false])
    return [...found, ...writesOf(statement.otherwise, memory, [...conditions, ...none])]
  })
