/** The accounts of CPU time and page tables that a multiplexer keeps for the kernel. Source: kernel section 3.10, quotas. */
import { codes } from '#kernel'

/** Nanoseconds of CPU time per period before anything was split off: one time slice. Kernel section 0.3. */
const allTime = 1_000_000n
/** Page-table frames: scratchpad tiles have none. */
const allFrames = 0n

interface Account {
  total: bigint
  left: bigint
}

/** Number of the account that everything is split off from. Kernel section 3.10. */
const first = 1n

/** What an operation answers: error and two values. */
export type QuotaAnswer = readonly [error: number, first: bigint, second: bigint]

const ok = (one = 0n, two = 0n): QuotaAnswer => [codes.Success, one, two]
const failed = (code: number): QuotaAnswer => [code, 0n, 0n]

/** Accounts by number. Time and frames that are split off at once have numbers of their own. */
export class MuxQuotas {
  readonly #time = new Map<bigint, Account>([[first, { total: allTime, left: allTime }]])
  readonly #frames = new Map<bigint, Account>([[first, { total: allFrames, left: allFrames }]])
  readonly #parents = new Map<bigint, bigint>()
  #last = first

  /** DeriveQuota: the numbers of the new accounts, or of the old ones where nothing is wanted. */
  derive(parentTime: bigint, parentFrames: bigint, time: bigint | undefined, frames: bigint | undefined): QuotaAnswer {
    const fromTime = this.#time.get(parentTime)
    const fromFrames = this.#frames.get(parentFrames)
    if (fromTime === undefined || fromFrames === undefined) return failed(codes.InvArgs)
    if (fromTime.total < (time ?? 0n) || fromFrames.left < (frames ?? 0n)) return failed(codes.NoSpace)
    if (time !== undefined) {
      fromTime.total -= time
      fromTime.left = fromTime.total
    }
    if (frames !== undefined) fromFrames.left -= frames
    return ok(
      time === undefined ? parentTime : this.#open(this.#time, parentTime, time),
      frames === undefined ? parentFrames : this.#open(this.#frames, parentFrames, frames),
    )
  }

  /** GetQuota: total and rest of both, 32 bits each. */
  get(time: bigint, frames: bigint): QuotaAnswer {
    const packed = (account: Account | undefined): bigint =>
      account === undefined ? 0n : (account.total << 32n) | (account.left & 0xffff_ffffn)
    return ok(packed(this.#time.get(time)), packed(this.#frames.get(frames)))
  }

  /** SetQuota: both under the same number. */
  set(id: bigint, time: bigint, frames: bigint): QuotaAnswer {
    const timeAccount = this.#time.get(id)
    if (timeAccount === undefined) return failed(codes.InvArgs)
    timeAccount.total = timeAccount.left = time
    const frameAccount = this.#frames.get(id)
    if (frameAccount !== undefined) {
      frameAccount.left += frames - frameAccount.total
      frameAccount.total = frames
    }
    return ok()
  }

  /** RemoveQuotas: gives back to the accounts they were split off from. */
  remove(time: bigint | undefined, frames: bigint | undefined): QuotaAnswer {
    if (time !== undefined) this.#close(this.#time, time, 'total')
    if (frames !== undefined) this.#close(this.#frames, frames, 'left')
    return ok()
  }

  #open(accounts: Map<bigint, Account>, parent: bigint, amount: bigint): bigint {
    const id = ++this.#last
    accounts.set(id, { total: amount, left: amount })
    this.#parents.set(id, parent)
    return id
  }

  #close(accounts: Map<bigint, Account>, id: bigint, what: 'total' | 'left'): void {
    const account = accounts.get(id)
    const parent = accounts.get(this.#parents.get(id) ?? 0n)
    if (account === undefined || parent === undefined) return
    accounts.delete(id)
    this.#parents.delete(id)
    parent.left += account.total
    if (what === 'total') parent.total += account.total
  }
}
