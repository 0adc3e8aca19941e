/** What a pipe leaves behind when it is closed. */
import { expect, test } from 'vitest'
import { selectors, systemCalls } from '../../../src/kernel/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { PipesClient } from '../../../src/services/pipes/client.ts'
import { errorOf } from '../error-of.ts'
import { bootFiles } from '../m3fs/boot.ts'
import { server } from './boot.ts'

const kernelMemory = async ({ calls }: Context): Promise<bigint> =>
  (await calls.call(systemCalls.kmemQuota, { kmem: selectors.kernelMemory })).left

test('a closed pipe leaves neither kernel memory nor local memory taken, however many there were', async () => {
  const left: bigint[] = []
  const refused: string[] = []
  const { exits } = await bootFiles({
    config: `${server}<dom><app args="maker"><sess name="pipes"/></app></dom>`,
    uses: ['pipes'],
    images: {},
    programs: {
      maker: async (context) => {
        const pipes = await PipesClient.open(context)
        // More than local memory has room for, one after the other.
        for (let turn = 0; turn < 12; turn++) {
          const pipe = await pipes.create(32_768)
          const writer = await pipe.writer()
          const reader = await pipe.reader()
          await writer.write(Uint8Array.of(turn))
          await writer.flush()
          if ((await reader.read(10))[0] !== turn) throw new Error('something else came out of the pipe')
          await reader.close()
          await writer.close()
          await pipe.close()
          left.push(await kernelMemory(context))
        }
        // A pipe that the service refuses leaves nothing either.
        for (let turn = 0; turn < 12; turn++) refused.push(await errorOf(pipes.create(0)))
        left.push(await kernelMemory(context))
        return 0
      },
    },
  })

  expect(exits).toEqual({ root: 0, pipes: 0, maker: 0 })
  expect(new Set(refused)).toEqual(new Set(['InvArgs']))
  // The first pipe needs endpoints that stay for the next ones.
  expect(new Set(left.slice(1)).size).toBe(1)
})
