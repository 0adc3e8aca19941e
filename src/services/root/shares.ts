/** Memory, kernel memory, endpoints and time of applications. Source: services section 5.3, step 3. */
import { selectors, systemCalls } from '#kernel'
import type { MemoryPool } from '../manager/memory-pool.ts'
import type { Context } from '../runtime/context.ts'
import { ConfigError } from './config.ts'
import type { AppConfig } from './config.ts'

/** What an application gets that does not say how much. */
export interface Shares {
  readonly userMemory: number
  readonly kernelMemory: number
}

/** What one application got: selectors of its part of the tile and of its kernel memory, and how much memory it may ask for. */
export interface Share {
  readonly tile: number
  readonly kernelMemory: number
  readonly memory: { readonly total: number; left: number }
}

/**
 * What is left of what there is, divided equally; root counts as one of them.
 *
 * Rejects: ConfigError when the applications want more than there is.
 */
export const createShares = async (context: Context, pool: MemoryPool, root: AppConfig): Promise<Shares> => {
  const { left } = await context.calls.call(systemCalls.kmemQuota, { kmem: selectors.kernelMemory })
  const apps = root.domains.map(({ app }) => app)
  const each = (what: 'userMemory' | 'kernelMemory', all: number, attribute: string): number => {
    const wanted = apps.flatMap(({ shares }) => shares[what] ?? [])
    const sum = wanted.reduce((total, bytes) => total + bytes, 0)
    if (sum > all) throw new ConfigError(`the applications want ${sum} bytes by ${attribute}, and there are ${all}`)
    return Math.floor((all - sum) / (apps.length - wanted.length + 1))
  }
  return {
    userMemory: each('userMemory', pool.bytes, 'usermem'),
    kernelMemory: each('kernelMemory', Number(left), 'kernmem'),
  }
}

/** Splits the share of an application off: of a tile, the whole of which is at `tile`, and of the own kernel memory. */
export const takeShare = async (context: Context, shares: Shares, app: AppConfig, tile: number): Promise<Share> => {
  const { calls } = context
  const { eps, time, pageTables: pts, kernelMemory: quota = shares.kernelMemory, userMemory } = app.shares
  const [share, kmem] = [context.selector(), context.selector()]
  await calls.call(systemCalls.deriveTile, { tile, dst: share, eps, time, pts })
  await calls.call(systemCalls.deriveKmem, { kmem: selectors.kernelMemory, dst: kmem, quota })
  const total = userMemory ?? shares.userMemory
  return { tile: share, kernelMemory: kmem, memory: { total, left: total } }
}
