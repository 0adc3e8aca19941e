/** Kernel and plain state, written down in the same way. */
import type { Activity } from '../../../src/kernel/activity.ts'
import type { Capability } from '../../../src/kernel/capability.ts'
import type { KernelObject } from '../../../src/kernel/objects.ts'
import type { FakeSystem } from '../fake-system.ts'
import { State } from './state.ts'
import type { Cap, Ep, Thing } from './state.ts'

/** One line per capability and per gate that is active. */
export type Snapshot = readonly string[]

/** The plain state of a fake system just made, in which everybody knows everybody (selectors 13 and 14). */
export const plainState = (system: FakeSystem): State => {
  const state = new State()
  const memory = state.quota(system.memory.quota.total)
  for (const [index, { tile }] of system.tiles.entries()) {
    const object = { kind: 'tile' as const, tile: tile.id, quota: state.quota(128), parent: undefined }
    state.actors.push({ index, tile: object, kmem: memory, alive: true })
  }
  const add = (cap: Omit<Cap, 'clone' | 'charge' | 'parent'>, charge: number, parent?: Cap): void =>
    void state.caps.push({ ...cap, parent, clone: parent !== undefined, charge })
  for (const owner of state.actors) {
    add({ owner, selector: 0n, thing: owner.tile }, 144)
    add({ owner, selector: 1n, thing: { kind: 'kmem', quota: memory } }, 144)
    add({ owner, selector: 2n, thing: { kind: 'activity', actor: owner } }, 144 + 576)
  }
  for (const owner of state.actors)
    for (const step of [1, 2]) {
      const other = state.actors[(owner.index + step) % 3]
      const parent = state.caps.find(({ owner: who, selector }) => who === other && selector === 2n) as Cap
      add({ owner, selector: BigInt(12 + step), thing: parent.thing }, 144, parent)
    }
  return state
}

/** Makes everybody known to everybody in the kernel. */
export const acquaint = ({ activities }: FakeSystem): void => {
  for (const [index, { table }] of activities.entries())
    for (const step of [1, 2]) {
      const other = activities[(index + step) % 3]?.table.find(2n, 'activity') as Capability
      table.clone(BigInt(12 + step), other)
    }
}

const line = (
  who: number,
  selector: bigint,
  what: string,
  from: { who: number; selector: bigint } | undefined,
  clone: boolean,
): string =>
  `${who}.${selector} ${clone ? 'clone ' : ''}${what}${from === undefined ? '' : ` from ${from.who}.${from.selector}`}`

export const kernelSnapshot = (system: FakeSystem): Snapshot => {
  const indexOf = (activity: Activity): number => system.activities.indexOf(activity)
  const owners = new Map(system.activities.map((activity) => [activity.table, indexOf(activity)]))
  const ownerOf = ({ table }: Capability): number => (table === undefined ? -1 : (owners.get(table) ?? -1))
  const capabilities = system.activities.flatMap(({ table }) => table.all())
  const lines = capabilities.map((each) => {
    const parent = each.parent && { who: ownerOf(each.parent), selector: each.parent.selector }
    return line(ownerOf(each), each.selector, describeObject(each.object, indexOf), parent, each.derived)
  })
  const eps = new Set(capabilities.flatMap(({ object }) => (object.kind === 'ep' ? [object] : [])))
  const active = [...eps].flatMap(({ tile, ep, active: what }) =>
    what === undefined
      ? []
      : [`${tile.id}:${ep} ${what.gate.kind} by ${ownerOf(what.capability)}.${what.capability.selector}`],
  )
  const valid = [...system.machine.tiles].map(([id, tile]) => `${id} valid ${tile.validEndpoints().join(' ')}`)
  return [
    ...lines,
    ...active,
    ...valid,
    ...system.activities.map(({ alive }, index) => `${index} alive ${alive}`),
  ].sort()
}

const describeObject = (object: KernelObject, indexOf: (activity: Activity) => number): string => {
  switch (object.kind) {
    case 'rgate':
      return `rgate ${object.order} ${object.messageOrder}`
    case 'sgate':
      return `sgate ${object.label} ${object.credits}`
    case 'mgate':
      return `mgate ${object.address.tile} ${object.address.offset} ${object.size} ${object.permissions}`
    case 'ep':
      return `ep ${object.ep} ${object.replies}`
    case 'tile':
      return `tile ${object.tile.id} ${object.quota.total} ${object.quota.left}`
    case 'kmem':
      return `kmem ${object.quota.total} ${object.quota.left}`
    case 'semaphore':
      return `semaphore ${object.counter}`
    case 'serv':
      return `serv ${object.creator} ${object.owner}`
    case 'sess':
      return `sess ${object.creator} ${object.ident}`
    case 'activity':
      return `activity ${indexOf(object)}`
  }
}

export const plainSnapshot = (state: State): Snapshot => {
  const lines = state.caps.map(({ owner, selector, thing, parent, clone }) => {
    const from = parent && { who: parent.owner.index, selector: parent.selector }
    return line(owner.index, selector, describeThing(state, thing), from, clone)
  })
  const place = ({ actor, ep }: Ep): string => `${actor.tile.tile}:${ep}`
  const active = [...state.active].map(
    ([ep, { gate, cap }]) => `${place(ep)} ${gate.kind} by ${cap.owner.index}.${cap.selector}`,
  )
  const valid = state.actors.map(({ tile }) => {
    const here = [...state.active.keys()].filter(({ actor }) => actor.tile.tile === tile.tile).map(({ ep }) => ep)
    return `${tile.tile} valid ${here.sort((a, b) => a - b).join(' ')}`
  })
  return [...lines, ...active, ...valid, ...state.actors.map(({ index, alive }) => `${index} alive ${alive}`)].sort()
}

const describeThing = (state: State, thing: Thing): string => {
  switch (thing.kind) {
    case 'rgate':
      return `rgate ${thing.order} ${thing.messageOrder}`
    case 'sgate':
      return `sgate ${thing.label} ${thing.credits}`
    case 'mgate':
      return `mgate ${thing.tile} ${thing.offset} ${thing.size} ${thing.permissions}`
    case 'ep':
      return `ep ${thing.ep} ${thing.replies}`
    case 'tile':
      return `tile ${thing.tile} ${thing.quota.total} ${thing.quota.dissolved ? 0 : state.left(thing.quota)}`
    case 'kmem':
      return `kmem ${thing.quota.total} ${thing.quota.dissolved ? 0 : state.left(thing.quota)}`
    case 'semaphore':
      return `semaphore ${thing.counter}`
    case 'serv':
      return `serv ${thing.creator} ${thing.owner}`
    case 'sess':
      return `sess ${thing.creator} ${thing.ident}`
    case 'activity':
      return `activity ${thing.actor.index}`
  }
}
