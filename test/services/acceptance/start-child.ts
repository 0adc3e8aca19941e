/** Starts programs on tiles of their own, by hand, as root does. */
import { systemCalls } from '../../../src/kernel/index.ts'
import { imageOf } from '../../../src/services/index.ts'
import type { Context } from '../../../src/services/index.ts'
import { createChild, startChild } from '../../../src/services/library/child.ts'
import type { Child } from '../../../src/services/library/child.ts'
import { MemoryGate } from '../../../src/services/library/memory-gate.ts'

/** First selector that children choose themselves. */
const firstSelector = 100

/** Creates an activity named `name` on the tile behind a capability, whose multiplexer it starts first. */
export const childOn = async (context: Context, name: string, selector: number): Promise<Child> => {
  const dst = context.selector()
  await context.calls.call(systemCalls.tileMem, { tile: selector, dst })
  const memory = new MemoryGate(context, dst)
  await memory.write(0, imageOf('tilemux'))
  await context.calls.call(systemCalls.tileReset, { tile: selector, muxMemory: dst, eps: undefined })
  return createChild(context, name, { selector, id: 0, descriptor: 0n }, memory)
}

export const startNamed = (context: Context, child: Child): Promise<void> =>
  startChild(context, child, {
    ...{ image: imageOf(child.name), args: [child.name], firstSelector, data: new Uint8Array() },
  })
