/** An activity: the unit of execution and protection. Source: kernel section 1.4. */
import { CapabilityTable } from './capability.ts'
import type { Message } from './tcu.ts'
import type { Endpoint, KernelMemory, TileObject } from './objects.ts'
import type { SendQueue } from './send-queue.ts'
import type { WaitQueue } from './threads.ts'

/** An activity with its object capability table. */
export class Activity {
  readonly kind = 'activity'
  readonly id: number
  readonly name: string
  readonly root: boolean
  readonly tile: TileObject
  readonly kernelMemory: KernelMemory
  /** First of its seven standard endpoints. */
  readonly epsStart: number
  readonly table: CapabilityTable
  readonly eps = new Set<Endpoint>()
  /** Messages of the kernel to its upcall endpoint, if there were any. */
  upcalls: SendQueue | undefined
  /** Its asynchronous wait for other activities. */
  wait: { readonly event: bigint; readonly acts: readonly bigint[] } | undefined
  state: 'init' | 'running' | 'dead' = 'init'
  /** Set once, taken once. */
  exitCode: number | undefined
  /** Its system call that is being handled; undefined when there is none, or nobody left to answer. */
  call: Message | undefined
  /** Where its system call is suspended. */
  waitsAt: WaitQueue | undefined
  removed = false

  constructor(facts: {
    readonly id: number
    readonly name: string
    readonly root: boolean
    readonly tile: TileObject
    readonly kernelMemory: KernelMemory
    readonly epsStart: number
  }) {
    this.id = facts.id
    this.name = facts.name
    this.root = facts.root
    this.tile = facts.tile
    this.kernelMemory = facts.kernelMemory
    this.epsStart = facts.epsStart
    this.table = new CapabilityTable(facts.kernelMemory.quota)
  }

  get alive(): boolean {
    return this.state !== 'dead'
  }
}
