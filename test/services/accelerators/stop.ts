/** What is left of accelerators that were stopped, or whose partners died: nothing. For any platform. */
import { expect, test } from 'vitest'
import { selectors, systemCalls } from '../../../src/kernel/index.ts'
import { openFileSession } from '../../../src/services/file/file-system-client.ts'
import { Accelerator, logicOf, waitForAccelerator } from '../../../src/services/library/accelerator.ts'
import { resourcesOf } from '../../../src/services/library/resources.ts'
import { PipesClient } from '../../../src/services/pipes/client.ts'
import type { Context } from '../../../src/services/index.ts'
import { bootFiles } from '../m3fs/boot.ts'
import { server as pipes } from '../pipes/boot.ts'
import { acceleratorSystem } from './boot.ts'
import type { OpenPlatform } from './boot.ts'
import { words } from './data.ts'

/** Codes of the exits: of an activity that was stopped, and of one whose partner is gone. Kernel section 5. */
const stopped = 55
const partnerGone = 2

/** Kernel memory, and endpoints of the accelerators' tiles, that the program has left. */
const leftOf = async (context: Context): Promise<readonly bigint[]> => {
  const { calls } = context
  const left = [(await calls.call(systemCalls.kmemQuota, { kmem: selectors.kernelMemory })).left]
  for (const { selector } of resourcesOf(context, 'tile'))
    left.push((await calls.call(systemCalls.tileQuota, { tile: selector })).quotas[2] as bigint)
  return left
}

/** Two accelerators in a chain from one pipe to another. */
const chain = async (context: Context, service: PipesClient) => {
  const tiles = resourcesOf(context, 'tile').filter(({ second }) => logicOf(second) === 'rot13')
  const [one, other] = await tiles.reduce(
    async (made, { selector, first, second: descriptor }) => [
      ...(await made),
      await Accelerator.create(context, { selector, id: Number(first), descriptor }),
    ],
    Promise.resolve<readonly Accelerator[]>([]),
  )
  if (one === undefined || other === undefined) throw new Error('there are two accelerators for ROT13')
  const [from, to] = [await service.create(1024), await service.create(1024)]
  const [input, output] = [await from.end('reader'), await to.end('writer')]
  await one.readFrom(input)
  await one.handTo(other)
  await other.writeTo(output)
  await one.start()
  await other.start()
  const writer = await openFileSession(context, await from.end('writer'))
  const reader = await openFileSession(context, await to.end('reader'))
  /** Takes the accelerators away, and the ends of pipes that they had: the reader comes to the end of the file. */
  const remove = async (): Promise<void> => {
    await one.remove()
    await other.remove()
    await from.dropEnd(input)
    await to.dropEnd(output)
  }
  const close = async (): Promise<void> => {
    await reader.close()
    await from.close()
    await to.close()
  }
  return { one, other, writer, reader, remove, close }
}

/** Runs a stream through the chain, to its end; the pipes have room for all of it. */
const wholeStream = async (context: Context, service: PipesClient, data: Uint8Array): Promise<Uint8Array> => {
  const { one, other, writer, reader, remove, close } = await chain(context, service)
  await writer.write(data)
  await writer.close()
  await waitForAccelerator(context, [one])
  await waitForAccelerator(context, [other])
  await remove()
  const found = await reader.readAll()
  await close()
  return found
}

export const stopSuite = (platform: OpenPlatform | undefined, timeout: number): void => {
  test(
    'an accelerator that is stopped in mid-stream ends its successor and leaves nothing behind',
    { timeout },
    async () => {
      const data = words(700)
      const codes: number[] = []
      const left: (readonly bigint[])[] = []
      let after: Uint8Array | undefined

      const { exits } = await bootFiles({
        config: `${pipes}<dom><app args="maker"><sess name="pipes"/><tiles type="rot13" count="2"/></app></dom>`,
        uses: ['pipes'],
        programs: {
          maker: async (context) => {
            const service = await PipesClient.open(context)
            await wholeStream(context, service, data)
            // What pipes cost that nobody takes back, a stream that came to its end costs too.
            left.push(await leftOf(context))
            await wholeStream(context, service, data)
            left.push(await leftOf(context))

            const { one, other, writer, remove, close } = await chain(context, service)
            await writer.write(data.subarray(0, 300))
            await writer.flush()
            await context.pause(3000)
            await one.stop()
            codes.push((await waitForAccelerator(context, [one])).exitCode)
            // Its gates go, and with them the endpoint of its successor that waits for it.
            await one.remove()
            codes.push((await waitForAccelerator(context, [other])).exitCode)
            await writer.close()
            await remove()
            await close()
            left.push(await leftOf(context))

            after = await wholeStream(context, service, data)
            await service.close()
            return 0
          },
        },
        limitCycles: 2_000_000,
        system: acceleratorSystem,
        ...(platform === undefined ? {} : { platform }),
      })

      expect(codes).toEqual([stopped, partnerGone])
      const [spent, spentWhenStopped] = [0, 1].map((index) =>
        left[index]?.map((value, each) => value - (left[index + 1]?.[each] as bigint)),
      )
      expect(spentWhenStopped).toEqual(spent)
      expect(after).toEqual(data)
      expect(exits).toEqual({ root: 0, pipes: 0, maker: 0 })
    },
  )
}
