/**
 * The capability rules of the kernel specification as plain data: lists of capabilities, and everything else computed from
 * them anew each time. It shares no code with the kernel.
 */

export interface Quota {
  readonly total: number
  readonly parent: Quota | undefined
  dissolved: boolean
}

export interface RGate {
  readonly kind: 'rgate'
  readonly order: number
  readonly messageOrder: number
}
export interface SGate {
  readonly kind: 'sgate'
  readonly rgate: RGate
  readonly label: bigint
  readonly credits: bigint
}
export interface MGate {
  readonly kind: 'mgate'
  readonly tile: number
  readonly offset: bigint
  readonly size: bigint
  readonly permissions: number
}
export type Gate = RGate | SGate | MGate

export interface Ep {
  readonly kind: 'ep'
  readonly actor: Actor
  readonly ep: number
  readonly replies: number
  readonly quota: Quota
}
export interface TileObject {
  readonly kind: 'tile'
  readonly tile: number
  readonly quota: Quota
  readonly parent: TileObject | undefined
}
export interface Kmem {
  readonly kind: 'kmem'
  readonly quota: Quota
}
export interface Semaphore {
  readonly kind: 'semaphore'
  counter: bigint
  revoked: boolean
}
export interface Service {
  readonly actor: Actor
  readonly rgate: RGate
  closed: boolean
}
export interface Serv {
  readonly kind: 'serv'
  readonly service: Service
  readonly owner: boolean
  readonly creator: bigint
}
export interface Sess {
  readonly kind: 'sess'
  readonly service: Service
  readonly creator: bigint
  readonly ident: bigint
}
export interface ActivityObject {
  readonly kind: 'activity'
  readonly actor: Actor
}

export type Thing = Gate | Ep | TileObject | Kmem | Semaphore | Serv | Sess | ActivityObject
export type Kind = Thing['kind']

/** An activity. */
export interface Actor {
  readonly index: number
  readonly tile: TileObject
  readonly kmem: Quota
  alive: boolean
}

export interface Cap {
  readonly owner: Actor
  readonly selector: bigint
  readonly thing: Thing
  readonly parent: Cap | undefined
  readonly clone: boolean
  readonly charge: number
}

/** A system call that waits; `again` says what becomes of it now, or nothing yet. */
export interface Waiting {
  readonly caller: Actor
  readonly again: () => number | undefined
}

export class State {
  caps: Cap[] = []
  readonly actors: Actor[] = []
  readonly quotas: Quota[] = []
  /** What is active where, through which capability, and where a send gate leads. */
  readonly active = new Map<Ep, { readonly gate: Gate; readonly cap: Cap; readonly towards: string | undefined }>()
  waiting: Waiting[] = []

  quota(total: number, parent?: Quota): Quota {
    const made = { total, parent, dissolved: false }
    this.quotas.push(made)
    return made
  }

  at(actor: Actor, selector: bigint): Cap | undefined {
    return this.caps.find((cap) => cap.owner === actor && cap.selector === selector)
  }

  /** Capabilities of a range, by ascending selector. */
  range(actor: Actor, start: bigint, count: bigint): readonly Cap[] {
    return this.caps
      .filter(({ owner, selector }) => owner === actor && selector >= start && selector < start + count)
      .sort((a, b) => (a.selector < b.selector ? -1 : 1))
  }

  /** A capability with everything derived from it. */
  subtree(root: Cap): readonly Cap[] {
    const isBelow = (cap: Cap | undefined): boolean => cap !== undefined && (cap === root || isBelow(cap.parent))
    return this.caps.filter(isBelow)
  }

  whereActive(gate: Gate): Ep | undefined {
    return [...this.active].find(([, each]) => each.gate === gate)?.[0]
  }

  /** What is left of a quota: all of it, without what capabilities, endpoints and activities use, and without its parts. */
  left(quota: Quota): number {
    const charged = sum(this.caps.filter(({ owner }) => living(owner.kmem) === quota).map(({ charge }) => charge))
    const allocated = sum(
      this.eps()
        .filter((ep) => living(ep.quota) === quota)
        .map(({ replies }) => 1 + replies),
    )
    const standard = 7 * this.actors.filter(({ tile }) => living(tile.quota) === quota).length
    const parts = this.quotas.filter((part) => !part.dissolved && part.parent && living(part.parent) === quota)
    return quota.total - charged - allocated - standard - sum(parts.map(({ total }) => total))
  }

  eps(): readonly Ep[] {
    return [...new Set(this.caps.flatMap(({ thing }) => (thing.kind === 'ep' ? [thing] : [])))]
  }

  /** Numbers of endpoints of a tile that are in use. */
  used(tile: number): ReadonlySet<number> {
    const own = this.eps().filter(({ actor }) => actor.tile.tile === tile)
    const ranges = own.map(({ ep, replies }) => ({ first: ep, count: 1 + replies }))
    const all = [{ first: 0, count: 15 }, ...ranges]
    return new Set(all.flatMap(({ first, count }) => Array.from({ length: count }, (_, index) => first + index)))
  }

  /** Takes capabilities away, with what follows. */
  drop(doomed: readonly Cap[]): void {
    this.caps = this.caps.filter((cap) => !doomed.includes(cap))
    const remaining = new Set(this.eps())
    for (const [ep, { cap }] of [...this.active]) if (doomed.includes(cap) || !remaining.has(ep)) this.active.delete(ep)
    for (const { thing, clone, selector } of doomed) {
      if (clone || selector <= 2n) continue
      if (thing.kind === 'kmem') thing.quota.dissolved = true
      if (thing.kind === 'tile' && thing.quota !== thing.parent?.quota) thing.quota.dissolved = true
      if (thing.kind === 'semaphore') thing.revoked = true
      if (thing.kind === 'serv' && thing.owner) thing.service.closed = true
    }
  }

  kill(actor: Actor): void {
    actor.alive = false
    this.waiting = this.waiting.filter(({ caller }) => caller !== actor)
    for (const [ep] of [...this.active]) if (ep.actor === actor) this.active.delete(ep)
    for (const cap of this.range(actor, 0n, 1n << 64n)) if (this.caps.includes(cap)) this.drop(this.subtree(cap))
  }

  /** Lets calls that wait look again; gives those that end now. */
  progress(): readonly { readonly caller: Actor; readonly error: number }[] {
    const ended: { caller: Actor; error: number }[] = []
    for (const waiting of [...this.waiting]) {
      const error = waiting.again()
      if (error === undefined) continue
      this.waiting = this.waiting.filter((each) => each !== waiting)
      ended.push({ caller: waiting.caller, error })
    }
    return ended
  }
}

const living = (quota: Quota): Quota => (quota.dissolved && quota.parent ? living(quota.parent) : quota)

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)
