/** What each system call does to the plain state, and which error it gives. Source: kernel sections 1.5 to 2.8. */
import type { Received, systemCalls } from '../../../src/kernel/system-calls.ts'
import type { Actor, Cap, Ep, Gate, Kind, RGate, Serv, SGate, Service, State, Thing, TileObject } from './state.ts'

type Calls = typeof systemCalls
export type Name = keyof Calls
export type Request<N extends Name> = Received<Calls[N]['request']>

const invArgs = 28
const none = 0xffffn
const codes = { recvGone: 6, noPerm: 11, invArgs, activityGone: 29, notSup: 32, noSpace: 35, exists: 36, inUse: 48 }

class Refused extends Error {
  readonly error: number
  constructor(error: number) {
    super(`error ${error}`)
    this.error = error
  }
}
const require = (condition: boolean, error: keyof typeof codes = 'invArgs'): void => {
  if (!condition) throw new Refused(codes[error])
}

const sizes: Readonly<Record<Kind, number>> = {
  ...{ rgate: 80, sgate: 80, mgate: 80, ep: 80, kmem: 80, semaphore: 80, serv: 80, sess: 80 },
  ...{ tile: 160, activity: 576 },
}

/** What a service answers to an exchange. */
export interface Offer {
  readonly start: bigint
  readonly count: bigint
}

type Rule<N extends Name> = (state: State, caller: Actor, request: Request<N>, offer: Offer) => void | 'waits' | 'ended'

const find = <K extends Kind>(state: State, actor: Actor, selector: bigint, kind: K) => {
  const cap = state.at(actor, selector)
  require(cap?.thing.kind === kind)
  return cap as Cap & { readonly thing: Extract<Thing, { readonly kind: K }> }
}
const free = (state: State, actor: Actor, selector: bigint): void =>
  require(selector !== none && state.at(actor, selector) === undefined)
const alive = (state: State, caller: Actor, act: bigint): Cap & { readonly thing: { readonly actor: Actor } } => {
  const cap = find(state, caller, act, 'activity')
  require(cap.thing.actor.alive, 'activityGone')
  return cap
}

/** Adds a capability, if there is kernel memory for it. */
const add = (state: State, owner: Actor, selector: bigint, thing: Thing, parent?: Cap, clone = false): void => {
  const charge = 144 + (clone ? 0 : sizes[thing.kind])
  require(state.left(owner.kmem) >= charge, 'noSpace')
  state.caps.push({ owner, selector, thing, parent, clone, charge })
}

/** Operations of act_ctrl. Kernel section 2.2. */
const start = 1
const stop = 2

const copy = (state: State, from: Actor, source: Offer, to: Actor, target: Offer): void => {
  require(from !== to)
  require(source.start + source.count <= 1n << 64n && target.start + target.count <= 1n << 64n)
  require(state.range(to, target.start, target.count).length === 0)
  const found = state.range(from, source.start, source.count)
  require(found.every(({ selector }) => target.start + selector - source.start !== none))
  for (const cap of found) add(state, to, target.start + cap.selector - source.start, cap.thing, cap, true)
}

const placeOf = ({ actor, ep }: Ep): string => `${actor.tile.tile}:${ep}`

const open = (state: State, caller: Actor, epCap: Cap, gateCap: Cap): number | undefined => {
  const [ep, gate] = [epCap.thing as Ep, gateCap.thing as SGate]
  if (!state.caps.includes(gateCap)) return codes.recvGone
  if (!state.caps.includes(epCap)) return codes.invArgs
  if (state.whereActive(gate) !== undefined || state.active.has(ep)) return codes.exists
  const target = state.whereActive(gate.rgate)
  if (target === undefined) return undefined
  state.active.set(ep, { gate, cap: gateCap, towards: placeOf(target) })
  return caller.alive ? 0 : undefined
}

const answers = (state: State, { closed, actor, rgate }: Service): boolean =>
  !closed && actor.alive && state.whereActive(rgate) !== undefined

const receive = (state: State, ep: Ep, cap: Cap & { readonly thing: RGate }): void => {
  for (const [sender, { gate, towards }] of [...state.active])
    if (towards === placeOf(ep) || (gate.kind === 'sgate' && gate.rgate === cap.thing)) state.active.delete(sender)
  state.active.set(ep, { gate: cap.thing, cap, towards: undefined })
}

const rules: { readonly [N in Name]?: Rule<N> } = {
  noop: () => undefined,
  createRgate: (state, caller, { dst, order, messageOrder }) => {
    free(state, caller, dst)
    require(messageOrder <= order && order <= 31n && order - messageOrder <= 5n)
    add(state, caller, dst, { kind: 'rgate', order: Number(order), messageOrder: Number(messageOrder) })
  },
  createSgate: (state, caller, { dst, rgate, label, credits }) => {
    free(state, caller, dst)
    const parent = find(state, caller, rgate, 'rgate')
    require(credits <= 63n)
    add(state, caller, dst, { kind: 'sgate', rgate: parent.thing, label, credits }, parent)
  },
  createMgate: (state, caller, { dst, act, address, size, permissions }) => {
    free(state, caller, dst)
    require(address % 4096n === 0n && size % 4096n === 0n)
    const parent = find(state, caller, act, 'activity')
    require(size !== 0n && address + size < 0xd000_0000n)
    const { tile } = parent.thing.actor.tile
    add(state, caller, dst, { kind: 'mgate', tile, offset: address, size, permissions }, parent)
  },
  createSem: (state, caller, { dst, value }) => {
    free(state, caller, dst)
    add(state, caller, dst, { kind: 'semaphore', counter: value, revoked: false })
  },
  createSrv: (state, caller, { dst, rgate, creator, name }) => {
    free(state, caller, dst)
    require(name !== '')
    const { thing } = find(state, caller, rgate, 'rgate')
    require(state.whereActive(thing) !== undefined)
    const service = { actor: caller, rgate: thing, closed: false }
    add(state, caller, dst, { kind: 'serv', service, owner: true, creator })
  },
  createSess: (state, caller, { dst, srv, creator, ident }) => {
    free(state, caller, dst)
    const parent = state.at(caller, srv)
    require(parent !== undefined && parent.parent === undefined && parent.thing.kind === 'serv')
    const { service } = (parent as Cap & { readonly thing: Serv }).thing
    add(state, caller, dst, { kind: 'sess', service, creator, ident }, parent)
  },
  getSess: (state, caller, { srv, act, dst, sid }) => {
    const client = alive(state, caller, act).thing.actor
    free(state, client, dst)
    require(client !== caller)
    const from = find(state, caller, srv, 'serv')
    let root: Cap = from
    while (root.parent !== undefined) root = root.parent
    const found = state.caps.filter(
      ({ parent, thing }) => parent === root && thing.kind === 'sess' && thing.ident === sid,
    )
    require(found.length > 0)
    const mine = found.find(({ thing }) => thing.kind === 'sess' && thing.creator === from.thing.creator)
    require(mine !== undefined, 'noPerm')
    add(state, client, dst, (mine as Cap).thing, mine, true)
  },
  exchangeSess: (state, caller, { act, sess, range, bytes, obtain }, offer) => {
    require(bytes <= 64n && bytes % 8n === 0n)
    const client = alive(state, caller, act).thing.actor
    const { service } = find(state, caller, sess, 'sess').thing
    require(answers(state, service), 'recvGone')
    require(service.actor !== client && range.type === 'object')
    require(obtain ? offer.count <= range.count : offer.count === range.count)
    if (obtain) {
      require(range.start + range.count <= 1n << 64n && state.range(client, range.start, range.count).length === 0)
      copy(state, service.actor, offer, client, { start: range.start, count: offer.count })
    } else copy(state, client, range, service.actor, offer)
  },
  allocEp: (state, caller, { dst, act, ep, replies }) => {
    free(state, caller, dst)
    require(replies <= 32n)
    const parent = alive(state, caller, act)
    const { actor } = parent.thing
    const count = 1 + Number(replies)
    require(state.left(actor.tile.quota) >= count, 'noSpace')
    const used = state.used(actor.tile.tile)
    const fits = (first: number): boolean =>
      first >= 8 && first + count <= 128 && Array.from({ length: count }).every((_, index) => !used.has(first + index))
    if (ep !== none) require(ep < 128n && fits(Number(ep)))
    const chosen = ep === none ? Array.from({ length: 128 }, (_, first) => first).find(fits) : Number(ep)
    require(chosen !== undefined, 'noSpace')
    const thing: Ep = { kind: 'ep', actor, ep: chosen as number, replies: Number(replies), quota: actor.tile.quota }
    add(state, caller, dst, thing, parent)
  },
  activate: (state, caller, { ep: selector, gate, bufferMemory, bufferOffset }) => {
    const epCap = find(state, caller, selector, 'ep')
    const ep = epCap.thing
    state.active.delete(ep)
    const cap = state.at(caller, gate)
    if (cap === undefined) return undefined
    require(['rgate', 'sgate', 'mgate'].includes(cap.thing.kind))
    const { thing } = cap as Cap & { readonly thing: Gate }
    if (thing.kind !== 'rgate') require(ep.replies === 0 && bufferMemory === none && bufferOffset === 0n)
    require(state.whereActive(thing) === undefined, 'exists')
    if (thing.kind === 'mgate') state.active.set(ep, { gate: thing, cap, towards: undefined })
    if (thing.kind === 'rgate') {
      require(bufferMemory === none && (ep.replies === 0 || ep.replies === 2 ** (thing.order - thing.messageOrder)))
      require(bufferOffset >= 0x1000_0000n && bufferOffset + (1n << BigInt(thing.order)) <= 0x1004_0000n)
      receive(state, ep, cap as Cap & { readonly thing: RGate })
    }
    if (thing.kind !== 'sgate') return undefined
    const again = (): number | undefined => open(state, caller, epCap, cap)
    const error = again()
    if (error !== undefined) return undefined
    state.waiting.push({ caller, again })
    return 'waits'
  },
  deriveMem: (state, caller, { act, dst, src, offset, size, permissions }) => {
    const owner = alive(state, caller, act).thing.actor
    free(state, owner, dst)
    const parent = find(state, caller, src, 'mgate')
    const { thing } = parent
    require(size !== 0n && offset + size <= thing.size)
    const range = { offset: thing.offset + offset, size, permissions: permissions & thing.permissions }
    add(state, owner, dst, { kind: 'mgate', tile: thing.tile, ...range }, parent)
  },
  deriveKmem: (state, caller, { kmem, dst, quota }) => {
    free(state, caller, dst)
    const parent = find(state, caller, kmem, 'kmem')
    require(quota <= BigInt(state.left(parent.thing.quota)), 'noSpace')
    split(state, parent.thing.quota, quota, (part) => add(state, caller, dst, { kind: 'kmem', quota: part }, parent))
  },
  deriveTile: (state, caller, { tile, dst, eps }) => {
    free(state, caller, dst)
    const parent = find(state, caller, tile, 'tile')
    const { thing } = parent
    const make = (quota: TileObject['quota']) =>
      add(state, caller, dst, { kind: 'tile', tile: thing.tile, quota, parent: thing }, parent)
    if (eps === undefined) return make(thing.quota)
    require(eps <= BigInt(state.left(thing.quota)), 'noSpace')
    return split(state, thing.quota, eps, make)
  },
  semCtrl: (state, caller, { sem, op }) => {
    const { thing } = find(state, caller, sem, 'semaphore')
    if (op === 0) {
      thing.counter++
      return undefined
    }
    const again = (): number | undefined => {
      if (thing.revoked) return codes.recvGone
      if (thing.counter === 0n) return undefined
      thing.counter--
      return 0
    }
    if (again() === 0) return undefined
    state.waiting.push({ caller, again })
    return 'waits'
  },
  actCtrl: (state, caller, { act, op }) => {
    const { actor } = find(state, caller, act, 'activity').thing
    require(op === start || op === stop)
    if (op === start) require(actor !== caller)
    else if (actor.alive) state.kill(actor)
    return actor === caller && op === stop ? 'ended' : undefined
  },
  exchange: (state, caller, { act, own, other, obtain }) => {
    const peer = alive(state, caller, act).thing.actor
    const theirs = { start: other, count: own.count }
    if (obtain) copy(state, peer, theirs, caller, own)
    else copy(state, caller, own, peer, theirs)
  },
  revoke: (state, caller, { act, range, own }) => {
    require(range.type === 'mapping' || range.start > 2n)
    const { actor } = find(state, caller, act, 'activity').thing
    if (range.type === 'mapping') return
    for (const cap of state.range(actor, range.start, range.count)) {
      if (!state.caps.includes(cap)) continue
      const { thing } = cap
      if (thing.kind === 'kmem') require(state.left(thing.quota) === thing.quota.total, 'inUse')
      if (thing.kind === 'tile') require(state.actors.every(({ tile }) => tile !== thing), 'inUse')
      state.drop(state.subtree(cap).filter((each) => own || each !== cap))
    }
  },
}

const split = (
  state: State,
  from: TileObject['quota'],
  amount: bigint,
  use: (part: TileObject['quota']) => void,
): void => {
  const part = state.quota(Number(amount), from)
  try {
    use(part)
  } catch (error) {
    part.dissolved = true
    throw error
  }
}

/** Makes a call: its error code, or that it waits, or that nobody answers it. */
export const apply = <N extends Name>(
  state: State,
  caller: Actor,
  name: N,
  request: Request<N>,
  offer: Offer,
): number | 'waits' | 'ended' => {
  const rule = rules[name] as Rule<N>
  try {
    return rule(state, caller, request, offer) ?? 0
  } catch (reason) {
    if (reason instanceof Refused) return reason.error
    throw reason
  }
}
