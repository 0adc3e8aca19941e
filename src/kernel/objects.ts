/** Kernel objects that capabilities refer to. Source: kernel section 1.9. */
import type { Activity } from './activity.ts'
import type { GlobalAddress } from './addresses.ts'
import type { Capability } from './capability.ts'
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

/** An endpoint that somebody allocated, with its reply endpoints behind it. */
export interface Endpoint {
  readonly kind: 'ep'
  readonly activity: Activity
  readonly tile: TileState
  readonly quota: EpQuota
  readonly ep: number
  readonly replies: number
  /** What is active here, and the capability through which it was activated. Kernel section 11, item 22. */
  active: { readonly gate: Gate; readonly capability: Capability } | undefined
  /** Capabilities that refer to this object. */
  references: number
}

/** Endpoints that may still be allocated. Kernel section 1.10. */
export interface EpQuota {
  readonly id: number
  total: number
  left: number
}

/** The right to run activities on a tile. */
export interface TileObject {
  readonly kind: 'tile'
  readonly tile: TileState
  readonly quota: EpQuota
  /** Activities that use this object. */
  users: number
}

/** Kernel memory that activities may use up. Kernel section 1.10. */
export interface KernelMemory {
  readonly kind: 'kmem'
  readonly id: number
  readonly quota: number
  left: number
}

/** A counter that blocks at 0. */
export interface Semaphore {
  readonly kind: 'semaphore'
  counter: bigint
  revoked: boolean
  readonly changed: WaitQueue
}

export type KernelObject = RGate | SGate | MGate | Endpoint | TileObject | KernelMemory | Semaphore | Activity

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

export const kernelMemory = (id: number, quota: number): KernelMemory => ({ kind: 'kmem', id, quota, left: quota })

export const semaphore = (counter: bigint): Semaphore => ({
  kind: 'semaphore',
  counter,
  revoked: false,
  changed: new WaitQueue(),
})
