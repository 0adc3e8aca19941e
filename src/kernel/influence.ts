/** Who can affect whom, read off the live capabilities. Source: kernel section 7 and services section 7.5. */
import type { Activity } from './activity.ts'
import type { Capability } from './capability.ts'
import type { KernelState } from './kernel-state.ts'
import type { Endpoint, MGate, RGate } from './objects.ts'

/**
 * Ways in which one activity can affect another. With `messages` alone it can send nonsense, and with `lent` write nonsense to
 * memory that the other one keeps for that; nothing else.
 */
export const influenceKinds = Object.freeze([
  'life',
  'tile',
  'memory',
  'endpoint',
  'session',
  'channel',
  'data',
  'messages',
  'lent',
] as const)
export type InfluenceKind = (typeof influenceKinds)[number]

/** `by` can affect `on`, through a capability in the table of `holder` and, where one is active, an endpoint. */
export interface Influence {
  readonly kind: InfluenceKind
  readonly by: Activity
  readonly on: Activity
  readonly holder: Activity
  readonly selector: bigint
  /** The endpoint through which it happens, on the tile of its activity. */
  readonly endpoint: Endpoint | undefined
  /** What the capability allows, in words. */
  readonly what: string
}

/** Everything that capabilities allow at this moment, of activities on each other. */
export const influences = (kernel: KernelState): readonly Influence[] => {
  const activities = [...kernel.activities.values()].filter(({ alive }) => alive)
  const owners: Owners = new Map(activities.map((activity) => [activity.table, activity]))
  const held = activities.flatMap((holder) => holder.table.all().map((capability) => ({ holder, capability })))
  const found: Influence[] = []
  const add = (
    kind: InfluenceKind,
    by: Activity | undefined,
    on: Activity | undefined,
    { holder, capability }: Held,
    what: string,
    endpoint?: Endpoint,
  ): void => {
    if (by === undefined || on === undefined || by === on) return
    found.push({ kind, by, on, holder, selector: capability.selector, endpoint, what })
  }
  for (const each of held) {
    const { holder, capability } = each
    const { object } = capability
    switch (object.kind) {
      case 'activity':
        add('life', holder, object, each, 'can end it and give it capabilities')
        break
      case 'tile':
        for (const on of activities) if (on.tile.tile === object.tile) add('tile', holder, on, each, 'owns its tile')
        break
      case 'ep':
        add('endpoint', holder, object.activity, each, `can aim its EP ${object.ep}`, object)
        break
      case 'mgate':
        for (const on of activities)
          if (on.tile.tile.id === object.address.tile) add('memory', holder, on, each, memoryText(object), object.ep)
        break
      case 'sess':
        add('session', object.service.owner, holder, each, `answers it in a session of '${object.service.name}'`)
        break
      case 'rgate':
        if (object.ep !== undefined) add('channel', holder, object.ep.activity, each, 'made the channel', object.ep)
        break
      case 'sgate': {
        const receiver = object.rgate.ep?.activity
        add('messages', holder, receiver, each, `can send to its EP ${object.rgate.ep?.ep ?? 0}`, object.ep)
        // Who sends to somebody's own gate depends on the answers; who made the gate for others does not.
        if (receiver !== undefined && madeBy(capability, object.rgate, owners) !== holder)
          add('channel', receiver, holder, each, 'answers its messages', object.ep)
        break
      }
      default:
        break
    }
  }
  // Endpoints that others aimed: they need no capability of the one who uses them.
  const aimed = activities.flatMap((user) => [...user.eps].flatMap((endpoint) => aimedAt(user, endpoint, owners)))
  for (const { user, endpoint, holder, capability } of aimed) {
    const { gate } = endpoint.active as NonNullable<Endpoint['active']>
    const held = { holder, capability }
    const receiver = gate.kind === 'sgate' ? gate.rgate.ep : undefined
    if (receiver !== undefined)
      add('messages', user, receiver.activity, held, `can send to its EP ${receiver.ep}`, endpoint)
    if (gate.kind !== 'mgate') continue
    for (const on of activities)
      if (on.tile.tile.id === gate.address.tile) add('memory', user, on, held, memoryText(gate), endpoint)
  }
  return [...found, ...sharedData(activities, held, aimed, owners)]
}

type Owners = ReadonlyMap<Activity['table'], Activity>

interface Held {
  readonly holder: Activity
  readonly capability: Capability
}

const letters = ['r', 'w', 'x']

const rights = (permissions: number): string => letters.filter((_, bit) => (permissions & (1 << bit)) !== 0).join('')

const memoryText = ({ permissions, size, address }: MGate): string =>
  `can reach ${size} bytes of its memory at 0x${address.offset.toString(16)} (${rights(permissions)})`

/** Whose table the first capability of a receive gate is in. */
const madeBy = ({ parent }: Capability, gate: RGate, owners: Owners): Activity | undefined => {
  if (parent === undefined) return undefined
  if (parent.object === gate && !parent.derived && parent.table !== undefined) return owners.get(parent.table)
  return madeBy(parent, gate, owners)
}

interface Aimed extends Held {
  /** Whose endpoint it is; the capability through which it is active may be somebody else's. */
  readonly user: Activity
  readonly endpoint: Endpoint
}

const aimedAt = (user: Activity, endpoint: Endpoint, owners: Owners): readonly Aimed[] => {
  const { active } = endpoint
  const holder = active?.capability.table === undefined ? undefined : owners.get(active.capability.table)
  return active === undefined || holder === undefined ? [] : [{ user, endpoint, holder, capability: active.capability }]
}

/** Memory that somebody reads through an endpoint of his, and another one can write. */
const sharedData = (
  activities: readonly Activity[],
  held: readonly Held[],
  aimed: readonly Aimed[],
  owners: Owners,
): readonly Influence[] => {
  const windows = activities.flatMap((on) =>
    [...on.eps].flatMap((endpoint) => {
      const gate = endpoint.active?.gate
      return gate?.kind === 'mgate' && (gate.permissions & 1) !== 0 ? [{ on, endpoint, gate }] : []
    }),
  )
  const possible = [...held.map((each) => ({ ...each, user: each.holder })), ...aimed]
  const writers = possible.flatMap(({ user, holder, capability }) => {
    const { object } = capability
    return object.kind === 'mgate' && (object.permissions & 2) !== 0 ? [{ user, holder, capability, gate: object }] : []
  })
  return windows.flatMap(({ on, endpoint, gate }) =>
    writers
      .filter((writer) => writer.user !== on && overlap(writer.gate, gate))
      .map(({ user, holder, capability, gate: { size } }) => {
        const facts = { by: user, on, holder, selector: capability.selector, endpoint }
        return comesFrom(capability, on, owners)
          ? { ...facts, kind: 'lent' as const, what: `can write ${size} bytes of memory that it lent` }
          : { ...facts, kind: 'data' as const, what: `can write what its EP ${endpoint.ep} shows` }
      }),
  )
}

/** Whether somebody's own capability is above this one. */
const comesFrom = ({ parent }: Capability, owner: Activity, owners: Owners): boolean =>
  parent !== undefined &&
  ((parent.table !== undefined && owners.get(parent.table) === owner) || comesFrom(parent, owner, owners))

const overlap = (a: MGate, b: MGate): boolean =>
  a.address.tile === b.address.tile &&
  a.address.offset < b.address.offset + b.size &&
  b.address.offset < a.address.offset + a.size
