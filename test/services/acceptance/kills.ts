/** Acceptance workload A10 of services section 7.4, for any platform. */
import { expect, test } from 'vitest'
import { activityOperations, selectors, systemCalls } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { openSendGate } from '../../../src/services/library/message-gates.ts'
import { rootSelectors, runAsRoot } from '../run-programs.ts'
import type { Opened } from './opened.ts'
import { childOn, startNamed } from './start-child.ts'

const { tile } = rootSelectors(3)
/** Selectors that the child gets: a semaphore that is 0, and a send gate whose receive gate is not active. */
const given = { semaphore: 50, gate: 51 }
const own = { semaphore: 400, rgate: 401, sgate: 402 }
/** Cycles after which a child that only waits is blocked for sure. */
const soon = 20_000

const ways: Readonly<Record<string, (context: Context) => Promise<unknown>>> = {
  'a semaphore': ({ calls }) => calls.call(systemCalls.semCtrl, { sem: given.semaphore, op: 1 }),
  'a receive gate that is not active': (context) => openSendGate(context, given.gate),
  'the end of itself': ({ calls }) =>
    calls.call(systemCalls.actWait, { event: 0, count: 1, acts: [selectors.activity] }),
  'nothing in particular': ({ calls }) => calls.call(systemCalls.actWait, { event: 0, count: 0, acts: [] }),
}

const prepare = async ({ calls }: Context): Promise<void> => {
  await calls.call(systemCalls.createSem, { dst: own.semaphore, value: 0 })
  await calls.call(systemCalls.createRgate, { dst: own.rgate, order: 7, messageOrder: 6 })
  await calls.call(systemCalls.createSgate, { dst: own.sgate, rgate: own.rgate, label: 1, credits: 1 })
}

const kernelMemory = async ({ calls }: Context): Promise<bigint> =>
  (await calls.call(systemCalls.kmemQuota, { kmem: selectors.kernelMemory })).left

export const killSuite = (timeout: number, names: readonly string[], platform?: Opened): void => {
  test.each(names)(
    'A10: an activity that waits in the kernel for %s can be killed, and nothing of it is left',
    { timeout },
    async (name) => {
      const left: bigint[] = []
      const after: boolean[] = []
      let came = false

      await runAsRoot(
        async (context) => {
          const { calls } = context
          await prepare(context)
          const child = await childOn(context, 'waiting', tile(1))
          await child.memory.endpoint()
          await calls.revoke(child.selector)
          left.push(await kernelMemory(context))
          const again = { dst: 500, tile: tile(1), kmem: selectors.kernelMemory, name: 'waiting' }
          const { epsStart } = await calls.call(systemCalls.createActivity, again)
          await calls.delegate(500, own.semaphore, given.semaphore)
          await calls.delegate(500, own.sgate, given.gate)
          await startNamed(context, { ...child, selector: 500, firstStandardEp: Number(epsStart) })
          for (let waited = 0; !came && waited < soon; waited += 200) await context.pause(200)
          await context.pause(3000)
          await calls.call(systemCalls.actCtrl, { act: 500, op: activityOperations.stop, arg: 0 })
          const { act } = await calls.call(systemCalls.actWait, { event: 0, count: 1, acts: [500] })
          after.push(act === 500n)
          await calls.revoke(500)
          // Whoever waited is no longer in the kernel's lists: what it waited for can still be had.
          await calls.call(systemCalls.semCtrl, { sem: own.semaphore, op: 0 })
          await calls.call(systemCalls.semCtrl, { sem: own.semaphore, op: 1 })
          left.push(await kernelMemory(context))
        },
        {
          waiting: async (context) => {
            came = true
            await ways[name]?.(context)
            throw new Error('the call came back')
          },
        },
        { platform },
      )

      expect(came).toBe(true)
      expect(after).toEqual([true])
      expect(left[1]).toBe(left[0])
    },
  )
}

export const waysToWait: readonly string[] = Object.keys(ways)
