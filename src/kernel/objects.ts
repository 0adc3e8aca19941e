/** Kernel objects that capabilities refer to. Source: kernel section 1.9. */
import type { Activity } from './activity.ts'
import type { GlobalAddress } from './addresses.ts'
import type { Capability } from './capability.ts'
import type { Quota } from './quota.ts'
import type { SendQueue } from './send-queue.ts'
import type { TileState } from './tile-state.ts'
import { WaitQueue } from './threads.ts'

/** A place where messages can arrive, once it is active on an endpoint. */
export interface RGate {
  readonly kind: 'rgate'
  /** Size of the buffer and of one message in it, as orders. */
  readonly order: number
  readonly messageOrder: number
  readonly serial: boolean
  /** The endpoint it is active on, which is also its location. */
  ep: Endpoint | undefined
  /** Send gates that wait for the activation. */
  readonly activated: WaitQueue
}

/** The right to send to a receive gate. */
export interface SGate {
  readonly kind: 'sgate'
  readonly rgate: RGate
  readonly label: bigint
  readonly credits: number
  ep: Endpoint | undefined
}

/** The right to access memory; all memory of this kernel is derived, none is owned by the gate. */
export interface MGate {
  readonly kind: 'mgate'
  readonly address: GlobalAddress
  readonly size: bigint
  readonly permissions: number
  ep: Endpoint | undefined
}

export type Gate = RGate | SGate | MGate

/** An endpoint that somebody allocated, with its reply endpoints behind it, or one for the protection of a tile's memory. */
export interface Endpoint {
  readonly kind: 'ep'
  /** Whose it is; protection endpoints belong to the tile. */
  readonly activity: Activity | undefined
  readonly tile: TileState
  /** Where it was taken from; protection endpoints exist without. */
  readonly quota: Quota | undefined
  readonly ep: number
  readonly replies: number
  /** What is active here, and the capability through which it was activated. Kernel section 11, item 22. */
  active: { readonly gate: Gate; readonly capability: Capability } | undefined
  /** Capabilities that refer to this object. */
  references: number
}

/** The right to run activities on a tile. */
export interface TileObject {
  readonly kind: 'tile'
  readonly tile: TileState
  /** Endpoints that may still be allocated. */
  readonly quota: Quota
  /** Numbers under which the multiplexer keeps CPU time and page tables. */
  readonly timeQuota: bigint
  readonly pageTableQuota: bigint
  /** The object that this one was derived from. */
  readonly parent: TileObject | undefined
  /** Activities that use this object. */
  users: number
}

/** Kernel memory that activities may use up. Kernel section 1.10. */
export interface KernelMemory {
  readonly kind: 'kmem'
  readonly quota: Quota
}

/** A counter that blocks at 0. */
export interface Semaphore {
  readonly kind: 'semaphore'
  counter: bigint
  revoked: boolean
  readonly changed: WaitQueue
}

/** Somebody who answers requests of the kernel and of resource managers. Kernel section 1.9. */
export interface Service {
  readonly owner: Activity
  readonly name: string
  readonly rgate: RGate
  readonly queue: SendQueue
}

/** The right to create sessions of a service, in the name of a creator. */
export interface Serv {
  readonly kind: 'serv'
  readonly service: Service
  /** The service's own, which ends with it. */
  readonly owner: boolean
  readonly creator: bigint
}

/** A client's relation to a service. */
export interface Sess {
  readonly kind: 'sess'
  readonly service: Service
  readonly creator: bigint
  readonly ident: bigint
  readonly autoClose: boolean
}

export type KernelObject =
  RGate | SGate | MGate | Endpoint | TileObject | KernelMemory | Semaphore | Serv | Sess | Activity

export type ObjectKind = KernelObject['kind']
export type ObjectOf<Kind extends ObjectKind> = Extract<KernelObject, { readonly kind: Kind }>

export const rgate = (order: number, messageOrder: number, serial = false): RGate => ({
  kind: 'rgate',
  order,
  messageOrder,
  serial,
  ep: undefined,
  activated: new WaitQueue(),
})

export const sgate = (to: RGate, label: bigint, credits: number): SGate => ({
  kind: 'sgate',
  rgate: to,
  label,
  credits,
  ep: undefined,
})

export const mgate = (address: GlobalAddress, size: bigint, permissions: number): MGate => ({
  kind: 'mgate',
  address,
  size,
  permissions,
  ep: undefined,
})

export const kernelMemory = (quota: Quota): KernelMemory => ({ kind: 'kmem', quota })

export const semaphore = (counter: bigint): Semaphore => ({
  kind: 'semaphore',
  counter,
  revoked: false,
  changed: new WaitQueue(),
})
