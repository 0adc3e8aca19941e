/** Asks the kernel everything in the vectors of kernel section 2.9, on any platform. */
import { systemCalls, WordReader } from '../../src/kernel/index.ts'
import type { Context } from '../../src/services/index.ts'
import { modules, none, objectVectors } from './conformance-objects.ts'
import type { Vector } from './conformance-objects.ts'
import { rightsVectors } from './conformance-rights.ts'
import { rootSelectors, runAsRoot } from './run-programs.ts'
import type { RunAsRootOptions } from './run-programs.ts'

const { tile } = rootSelectors(modules)

const { createMgate, createRgate, createSgate, createActivity, createSem, createSrv, allocEp, activate } = systemCalls
const { revoke, tileMem, tileReset } = systemCalls

/** What the vectors find. */
export const prepare = async ({ calls }: Context): Promise<void> => {
  await calls.call(createRgate, { dst: 100, order: 7, messageOrder: 6 })
  await calls.call(createSgate, { dst: 101, rgate: 100, label: 5, credits: 1 })
  await calls.call(createMgate, { dst: 110, act: 2, address: 0x1000_8000, size: 0x4000, permissions: 3 })
  await calls.call(allocEp, { dst: 120, act: 2, ep: 30, replies: 0 })
  await calls.call(allocEp, { dst: 121, act: 2, ep: 40, replies: 2 })
  await calls.call(createSem, { dst: 130, value: 1 })
  await calls.call(tileMem, { tile: tile(1), dst: 139 })
  await calls.call(allocEp, { dst: 138, act: 2, ep: 50, replies: 0 })
  await calls.call(createRgate, { dst: 102, order: 6, messageOrder: 6 })
}

/** Starts the multiplexer of the second tile with the image that root's own tile was started with. */
export const prepareTile = async ({ calls, tcu, tile: here }: Context): Promise<void> => {
  const image = here.memory.base + 0x5000
  here.writeMemory(image, new TextEncoder().encode('tessera-program:tilemux\0'))
  await calls.call(activate, { ep: 138, gate: 139, bufferMemory: none, bufferOffset: 0 })
  await tcu.write(50, 0, image, 24)
  await calls.call(tileReset, { tile: tile(1), muxMemory: 139, eps: undefined })
  await calls.call(createActivity, { dst: 150, tile: tile(1), kmem: 1, name: 'first' })
  await calls.call(allocEp, { dst: 151, act: 150, ep: none, replies: 0 })
  await calls.call(revoke, { act: 2, range: { start: 150, count: 1 }, own: true })
  await calls.call(createActivity, { dst: 140, tile: tile(1), kmem: 1, name: 'other' })
  await calls.call(allocEp, { dst: 141, act: 140, ep: none, replies: 32 })
  for (const dst of [142, 143]) await calls.call(allocEp, { dst, act: 140, ep: none, replies: 32 })
  await calls.call(allocEp, { dst: 144, act: 140, ep: none, replies: 4 })
}

/** All vectors: name and error code that is expected. */
export const expectedCodes: ReadonlyMap<string, number> = new Map(
  [...objectVectors, ...rightsVectors].map(([name, , error]) => [name, error]),
)
export const vectorCount = objectVectors.length + rightsVectors.length

/** Error codes by the names of the vectors, from one run of the system. */
export const answersOf = async (options: RunAsRootOptions = {}): Promise<ReadonlyMap<string, number>> => {
  const answers = new Map<string, number>()
  const ask = async (context: Context, vectors: readonly Vector[]): Promise<void> => {
    for (const [name, request] of vectors) {
      const bytes = typeof request === 'function' ? await request(context) : request
      answers.set(name, Number(new WordReader(await context.calls.raw(bytes)).word()))
    }
  }
  await runAsRoot(
    async (context) => {
      await prepare(context)
      await prepareTile(context)
      await ask(context, objectVectors)
      await context.calls.call(createSrv, { dst: 160, rgate: 100, creator: 0, name: 'service' })
      await ask(context, rightsVectors)
    },
    {},
    options,
  )
  return answers
}
