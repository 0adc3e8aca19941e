/** What the kernel knows, and the means by which its parts act. */
import type { Activity } from './activity.ts'
import { maxActivities } from './numbers.ts'
import { Remote } from './remote.ts'
import { SendQueues } from './send-queue.ts'
import type { Tcu } from './tcu.ts'
import { Threads, WaitQueue } from './threads.ts'
import type { TileState } from './tile-state.ts'

/** The caller of a suspended system call is dead: nobody is left to answer, nothing of it may go on. */
export class CallerGone extends Error {}

/** Numbers below are those of tiles and of root's kernel memory. */
const firstDerivedQuota = 0x1_0000

/** State of the kernel. One per system, on the kernel tile. */
export class KernelState {
  readonly tcu: Tcu
  readonly remote: Remote
  readonly threads = new Threads()
  readonly queues: SendQueues
  /** User tiles by NoC id. */
  readonly tiles = new Map<number, TileState>()
  /** Activities by id, dead ones included until they are removed. */
  readonly activities = new Map<number, Activity>()
  /** Woken when an activity exits. */
  readonly exited = new WaitQueue()
  #lastActivity = -1
  #lastQuota = firstDerivedQuota

  constructor(tcu: Tcu) {
    this.tcu = tcu
    this.remote = new Remote(tcu)
    this.queues = new SendQueues(tcu, this.remote, this.threads)
  }

  /** NoC id of the kernel tile. */
  get tile(): number {
    return this.tcu.tile.id
  }

  /** A free activity id, searched round robin upwards from the last one. Kernel section 2.3, create_activity. */
  freeActivityId(): number | undefined {
    for (let step = 1; step <= maxActivities; step++) {
      const id = (this.#lastActivity + step) % maxActivities
      if (this.activities.has(id)) continue
      this.#lastActivity = id
      return id
    }
    return undefined
  }

  /** A number for a quota that was split off. */
  nextQuotaId(): number {
    return this.#lastQuota++
  }

  /**
   * Suspends the running thread, which acts for `caller` if there is one, until `queue` is woken.
   *
   * Rejects: CallerGone when the caller died meanwhile.
   */
  async suspend(queue: WaitQueue, caller?: Activity): Promise<void> {
    if (caller !== undefined) caller.waitsAt = queue
    await this.threads.suspend(queue)
    if (caller === undefined) return
    caller.waitsAt = undefined
    if (!caller.alive) throw new CallerGone()
  }
}
