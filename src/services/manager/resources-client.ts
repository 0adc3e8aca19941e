/** Memory, tiles, gates, semaphores, modules and facts, as a program asks its resource manager for them. Source: services section 5.1. */
import { WordWriter } from '#kernel'
import type { WordReader } from '#kernel'
import { MemoryGate } from '../library/memory-gate.ts'
import type { FreeTile } from '../library/child.ts'
import type { Context } from '../runtime/context.ts'
import { managerGate } from './client.ts'
import { countIndex, infoTags, managerOperations } from './protocol.ts'

const ask = (context: Context, operation: keyof typeof managerOperations, ...words: readonly (number | bigint)[]) => {
  const writer = new WordWriter().word(managerOperations[operation])
  for (const each of words) writer.word(each)
  return managerGate(context).request(writer)
}

const askByName = (context: Context, operation: keyof typeof managerOperations, dst: number, name: string) =>
  managerGate(context).request(new WordWriter().word(managerOperations[operation]).word(dst).text(name))

/**
 * Memory of `bytes` bytes in whole pages, with R 1, W 2, X 4.
 *
 * Rejects: CallError NoSpace beyond what the configuration gives, InvArgs.
 */
export const allocateMemory = async (context: Context, bytes: number, permissions = 3): Promise<MemoryGate> => {
  const dst = context.selector()
  await ask(context, 'allocateMemory', dst, bytes, permissions)
  return new MemoryGate(context, dst)
}

/** Gives memory back; nobody can use it any more. Rejects: CallError InvArgs for memory that was not allocated. */
export const freeMemory = async (context: Context, { selector }: MemoryGate): Promise<void> => {
  await ask(context, 'freeMemory', selector)
}

/**
 * A tile of the kind that `descriptor` says: type, ISA unless 0, attributes. With `start` its multiplexer runs afterwards.
 *
 * Rejects: CallError InvArgs when the configuration has none of the kind, NotFound when none is free.
 */
export const allocateTile = async (context: Context, descriptor: bigint, start = true): Promise<FreeTile> => {
  const selector = context.selector()
  const answer = await ask(context, 'allocateTile', selector, descriptor, start ? 1 : 0)
  return { selector, id: Number(answer.word()), descriptor: answer.word() }
}

/** Gives a tile back. Rejects: CallError InvArgs, NotRevocable while an activity is on it. */
export const freeTile = async (context: Context, { selector }: FreeTile): Promise<void> => {
  await ask(context, 'freeTile', selector)
}

/** A receive gate of the configuration: selector, and orders of its size and of its messages. Rejects: CallError InvArgs. */
export const useReceiveGate = async (context: Context, name: string) => {
  const selector = context.selector()
  const answer = await askByName(context, 'useReceiveGate', selector, name)
  return { selector, order: Number(answer.word()), messageOrder: Number(answer.word()) }
}

/** A send gate of the configuration, once. Rejects: CallError InvArgs, Exists. */
export const useSendGate = async (context: Context, name: string): Promise<number> => {
  const selector = context.selector()
  await askByName(context, 'useSendGate', selector, name)
  return selector
}

/** A semaphore of the configuration. Rejects: CallError InvArgs, NotFound when root has none of that name. */
export const useSemaphore = async (context: Context, name: string): Promise<number> => {
  const selector = context.selector()
  await askByName(context, 'useSemaphore', selector, name)
  return selector
}

/** The memory of a boot module of the configuration. Rejects: CallError InvArgs. */
export const useModule = async (context: Context, name: string): Promise<MemoryGate> => {
  const selector = context.selector()
  await askByName(context, 'useModule', selector, name)
  return new MemoryGate(context, selector)
}

/** The receive gate for serial input, once. Rejects: CallError InvArgs. */
export const serialInputGate = async (context: Context): Promise<number> => {
  const selector = context.selector()
  await ask(context, 'getSerial', selector)
  return selector
}

/** Something of which a program has a part: whose account it is, all of it, and what is left. */
export interface Quota {
  readonly id: bigint
  readonly total: bigint
  readonly left: bigint
}

/** What a resource manager knows about a program. */
export interface ProgramInfo {
  readonly id: number
  /** Programs above it. */
  readonly layer: number
  readonly name: string
  readonly daemon: boolean
  readonly userMemory: Quota
  readonly kernelMemory: Quota
  readonly eps: Quota
  readonly time: Quota
  readonly pageTables: Quota
  /** NoC id of its tile. */
  readonly tile: number
}

const quota = (reader: WordReader): Quota => ({ id: reader.word(), total: reader.word(), left: reader.word() })

/** How many programs there are. Rejects: CallError NoPerm for those that may not know. */
export const programCount = async (context: Context): Promise<number> => {
  const answer = await ask(context, 'getInfo', countIndex)
  if (Number(answer.word()) !== infoTags.count) throw new RangeError('this answer is about a program')
  return Number(answer.word())
}

/** About one program. Rejects: CallError NotFound, NoPerm for those that may not know. */
export const programInfo = async (context: Context, index: number): Promise<ProgramInfo> => {
  const answer = await ask(context, 'getInfo', index)
  if (Number(answer.word()) !== infoTags.program) throw new RangeError('this answer is a number')
  const [id, layer, name, daemon] = [answer.word(), answer.word(), answer.text(), answer.word() === 1n]
  return {
    ...{ id: Number(id), layer: Number(layer), name, daemon },
    userMemory: quota(answer),
    kernelMemory: quota(answer),
    eps: quota(answer),
    time: quota(answer),
    pageTables: quota(answer),
    tile: Number(answer.word()),
  }
}

/** What a program tells about another one that it created: selectors in its own table. */
export interface AddedProgram {
  readonly activity: number
  readonly act: number
  readonly tile: number
  readonly kernelMemory: number | bigint
  readonly name: string
}

/**
 * Lets a program that this one created make requests, through a send gate at `gate` of its table; it has what this one has.
 *
 * Rejects: CallError Exists when it is known already, InvArgs.
 */
export const addChild = async (context: Context, added: AddedProgram, gate: number): Promise<void> => {
  const { activity, act, tile, kernelMemory, name } = added
  const request = new WordWriter().word(managerOperations.addChild).word(activity).word(act).word(tile)
  await managerGate(context).request(request.word(kernelMemory).word(gate).text(name))
}

/** Ends what such a program had of the resource manager. Rejects: CallError InvArgs. */
export const removeChild = async (context: Context, act: number): Promise<void> => {
  await ask(context, 'removeChild', act)
}
