/** Starting other programs. Source: kernel section 4.5. */
import { memoryOffset } from '#layout'
import {
  activityOperations,
  CallError,
  codes,
  encodeEnvironment,
  environmentStart,
  programStart,
  selectors,
  systemCalls,
} from '#kernel'
import type { Context } from '../runtime/context.ts'
import { MemoryGate } from './memory-gate.ts'

/** A tile on which an activity can be created, by capability, NoC id and descriptor. */
export interface FreeTile {
  readonly selector: number
  readonly id: number
  readonly descriptor: bigint
}

/** An activity that was created and can be given capabilities. */
export interface Child {
  readonly selector: number
  readonly name: string
  readonly tile: FreeTile
  readonly activity: number
  readonly firstStandardEp: number
  /** Memory of the tile, for program and environment. */
  readonly memory: MemoryGate
}

/**
 * Creates an activity on a tile whose memory the program may write through `memory`; the activity shares the program's
 * kernel memory unless it gets some of its own.
 */
export const createChild = async (
  context: Context,
  name: string,
  tile: FreeTile,
  memory: MemoryGate,
  kmem: number | bigint = selectors.kernelMemory,
): Promise<Child> => {
  const selector = context.selector(3)
  const request = { dst: selector, tile: tile.selector, kmem, name }
  const { id, epsStart } = await context.calls.call(systemCalls.createActivity, request)
  return { selector, name, tile, activity: Number(id), firstStandardEp: Number(epsStart), memory }
}

/** Writes image and environment into the child's memory and starts it. */
export const startChild = async (
  context: Context,
  child: Child,
  start: {
    readonly image: Uint8Array
    readonly args: readonly string[]
    readonly firstSelector: number
    readonly data: Uint8Array
    /** Selector, in the child's table, of its send gate to its resource manager. */
    readonly resourceManager?: number
  },
): Promise<void> => {
  const environment = encodeEnvironment(
    {
      tile: child.tile.id,
      descriptor: child.tile.descriptor,
      args: start.args,
      kernelEnvironment: 0n,
      tiles: context.environment.tiles,
    },
    {
      entry: BigInt(programStart),
      firstStandardEp: child.firstStandardEp,
      firstSelector: start.firstSelector,
      activity: child.activity,
      resourceManager: start.resourceManager ?? Number(selectors.invalid),
      data: start.data,
    },
  )
  await child.memory.write(programStart - memoryOffset, start.image)
  await child.memory.write(environmentStart - memoryOffset, environment)
  await context.calls.call(systemCalls.actCtrl, { act: child.selector, op: activityOperations.start, arg: 0 })
}

/** Waits until one of the children has ended; says which and how. */
export const waitForChild = async (
  context: Context,
  children: readonly Child[],
): Promise<{ readonly child: Child; readonly exitCode: number }> => {
  const acts = children.map(({ selector }) => selector)
  const { act, exitCode } = await context.calls.call(systemCalls.actWait, { event: 0, count: acts.length, acts })
  const child = children.find(({ selector }) => BigInt(selector) === act)
  if (child === undefined) throw new CallError(codes.NotFound, 'waiting for a program')
  return { child, exitCode: Number(exitCode) }
}
