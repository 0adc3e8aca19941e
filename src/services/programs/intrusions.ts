/** Ways to get out of a tile that must not work. Source: TCU sections 1.3 and 11.5. */
import {
  encode,
  endpointRegister,
  externalCommand,
  externalOpcodes,
  featuresReset,
  invalidateArgument,
  opcodes,
  memoryWord0,
  printBufferRegister,
  registers,
  registerWindow,
  sendWord0,
  noEndpoint,
  endpointTypes,
  noActivity,
} from '#layout'
import type { ErrorName } from '#layout'
import { CallError, muxEps, selectors, systemCalls, WordWriter } from '#kernel'
import type { FieldCodecs, Sent, SystemCall } from '#kernel'
import { MemoryGate } from '../library/memory-gate.ts'
import { openReceiveGate, openSendGate } from '../library/message-gates.ts'
import { resource } from '../library/resources.ts'
import type { Context } from '../runtime/context.ts'
import { witnessEp } from './witness-endpoint.ts'

/** What the intruder owns rightfully. */
export interface Target {
  /** Memory endpoint, readable only, and its size. */
  readonly readOnlyEp: number
  readonly readOnlyBytes: number
  /** Memory endpoint over a page of its own memory, readable and writable. */
  readonly ownEp: number
  /** A channel to itself, with one unanswered message. */
  readonly sendEp: number
  readonly receiveEp: number
  readonly buffer: number
}

interface RegisterAttempt {
  readonly what: string
  readonly attempt: () => Promise<boolean>
}

interface CommandAttempt {
  readonly what: string
  readonly attempt: () => Promise<number>
  readonly expected: ErrorName
}

interface SystemCallAttempt {
  readonly what: string
  readonly attempt: () => Promise<number>
  readonly expected: 'InvArgs' | 'NotSup'
}

const pageBytes = 4096
const allOnes = (1n << 64n) - 1n

/** Sets up endpoints of each type to misuse. */
export const prepareTarget = async (context: Context): Promise<Target> => {
  const { selector, first } = resource(context, 'module')
  const { ep: readOnlyEp } = await new MemoryGate(context, selector).endpoint()
  const page = context.allocate(pageBytes, pageBytes)
  const [memory, rgate, sgate] = [context.selector(), context.selector(), context.selector()]
  await context.calls.call(systemCalls.createMgate, {
    dst: memory,
    act: selectors.activity,
    address: page,
    size: pageBytes,
    permissions: 3,
  })
  const { ep: ownEp } = await new MemoryGate(context, memory).endpoint()
  await context.calls.call(systemCalls.createRgate, { dst: rgate, order: 6, messageOrder: 6 })
  await context.calls.call(systemCalls.createSgate, { dst: sgate, rgate, label: 0x5e1f, credits: 1 })
  const gate = await openReceiveGate(context, rgate)
  const { ep: sendEp } = await openSendGate(context, sgate)
  const buffer = context.allocate(64)
  await context.tcu.send(sendEp, buffer, 8, context.standardEp('defaultReply'))
  await gate.receive()
  return { readOnlyEp, readOnlyBytes: Number(first), ownEp, sendEp, receiveEp: gate.ep, buffer }
}

/** Writes to registers that the core of a user tile must not change. */
export const registerAttempts = ({ tile }: Context, target: Target): readonly RegisterAttempt[] => {
  const write = (what: string, offset: number, value: bigint): RegisterAttempt => ({
    what,
    attempt: async () => {
      const before = await tile.readRegister(offset)
      await tile.writeRegister(offset, value)
      return (await tile.readRegister(offset)) !== before
    },
  })
  const invalidate = encode(externalCommand, {
    arg: encode(invalidateArgument, { unused: 0n, force: 1, ep: target.ownEp }),
    error: 0,
    op: externalOpcodes.invalidateEndpoint,
  })
  return [
    write('set the privilege bit in FEATURES', registers.FEATURES, featuresReset),
    write('widen my memory endpoint', endpointRegister(target.ownEp, 2), allOnes),
    write('make up an endpoint in place of an invalid one', endpointRegister(100, 0), forgedMemory(0, 0)),
    write('give myself credits', endpointRegister(target.sendEp, 0), allOnes),
    write('invalidate an endpoint with an external command', registers.EXT_CMD, invalidate),
  ]
}

/** Commands that go beyond what the endpoints allow. */
export const commandAttempts = (context: Context, target: Target): readonly CommandAttempt[] => {
  const { tile, tcu } = context
  const { readOnlyEp, readOnlyBytes, ownEp, sendEp, receiveEp, buffer } = target
  const window = registerWindow + endpointRegister(0, 0)
  const attempt = (what: string, expected: ErrorName, run: () => Promise<number>): CommandAttempt => ({
    what,
    attempt: run,
    expected,
  })
  const sized = async (op: number, ep: number, size: bigint, offset = 0n): Promise<number> => {
    await tile.writeRegister(registers.DATA_ADDR, BigInt(buffer))
    await tile.writeRegister(registers.DATA_SIZE, size)
    await tile.writeRegister(registers.ARG1, offset)
    return tcu.command(op, ep)
  }
  const forged = async (op: number, ep: number, words: readonly bigint[]): Promise<number> => {
    for (const [index, word] of words.entries()) await tile.writeRegister(printBufferRegister(index), word)
    return sized(op, ep, 8n)
  }
  const other = context.environment.tiles.find((id) => id !== tile.id) ?? 0
  const neighbour = [forgedMemory(other >> 8, other & 0xff), BigInt(registerWindow), 0x1000_0000n]
  const { read, write, send, reply, fetch, acknowledge } = opcodes
  return [
    attempt('write to memory that I may only read', 'NO_PERM', () => tcu.write(readOnlyEp, 0, buffer, 8)),
    attempt('read behind the end of that memory', 'OUT_OF_BOUNDS', () =>
      tcu.read(readOnlyEp, readOnlyBytes, buffer, 8),
    ),
    attempt('write behind the end of my own page', 'OUT_OF_BOUNDS', () => tcu.write(ownEp, pageBytes - 4, buffer, 8)),
    attempt('read with an offset of 4 GiB', 'OUT_OF_BOUNDS', () => sized(read, readOnlyEp, 8n, 1n << 32n)),
    attempt('read with an offset of all ones', 'OUT_OF_BOUNDS', () => sized(read, readOnlyEp, 8n, allOnes)),
    attempt('read 4 GiB and 8 bytes', 'OUT_OF_BOUNDS', () => sized(read, readOnlyEp, (1n << 32n) + 8n)),
    attempt('write 16 EiB', 'OUT_OF_BOUNDS', () => sized(write, ownEp, allOnes)),
    attempt('read into my endpoint registers', 'NO_PERM', () => tcu.read(ownEp, 0, window, 24)),
    attempt('read into FEATURES', 'NO_PERM', () => tcu.read(ownEp, 0, registerWindow, 8)),
    attempt('write my registers out as data', 'NO_PERM', () => tcu.write(ownEp, 0, window, 8)),
    attempt('send my registers as a message', 'NO_PERM', () => tcu.send(sendEp, registerWindow, 8)),
    attempt('write registers through a forged endpoint 128', 'NO_MEP', () => forged(write, 128, neighbour)),
    attempt('read registers through a forged endpoint 129', 'NO_MEP', () =>
      forged(read, 129, [0n, 0n, 0n, ...neighbour]),
    ),
    attempt('send through a forged endpoint 128', 'NO_SEP', () => forged(send, 128, [forgedSend, 4n, 0n])),
    attempt('fetch through a forged endpoint 128', 'NO_REP', () => forged(fetch, 128, [2n, 0n, allOnes])),
    attempt('read through endpoint 65535', 'NO_MEP', () => sized(read, noEndpoint, 8n)),
    attempt("use the neighbour's memory endpoint", 'NO_MEP', () => sized(read, witnessEp, 8n)),
    attempt('use an endpoint that was never configured', 'NO_SEP', () => sized(send, 100, 8n)),
    attempt('read through my send endpoint', 'NO_MEP', () => sized(read, sendEp, 8n)),
    attempt('send through my memory endpoint', 'NO_SEP', () => sized(send, ownEp, 8n)),
    attempt('fetch from my send endpoint', 'NO_REP', () => tcu.command(fetch, sendEp)),
    attempt('send through a reply endpoint', 'SEND_REPLY_EP', () => sized(send, receiveEp + 1, 8n)),
    attempt('send without credits', 'NO_CREDITS', () => tcu.send(sendEp, buffer, 8)),
    attempt('send 16 EiB', 'OUT_OF_BOUNDS', () => sized(send, sendEp, allOnes - 31n)),
    attempt('send a message larger than agreed', 'OUT_OF_BOUNDS', () => tcu.send(sendEp, buffer, 33)),
    attempt('send from an address that is not aligned', 'MSG_UNALIGNED', () => tcu.send(sendEp, buffer + 8, 8)),
    attempt('have replies sent to a memory endpoint', 'NO_REP', () => tcu.send(sendEp, buffer, 8, ownEp)),
    attempt('reply to a message that never came', 'INV_MSG_OFF', () => tcu.command(reply, receiveEp, 64)),
    attempt('acknowledge slot 64', 'INV_MSG_OFF', () => tcu.command(acknowledge, receiveEp, 64 << 6)),
    attempt('issue command 15', 'UNKNOWN_CMD', () => tcu.command(15, ownEp)),
  ]
}

/** System calls for what the kernel must not give. */
export const systemCallAttempts = ({ calls }: Context): readonly SystemCallAttempt[] => {
  const attempt = <R extends FieldCodecs, A extends FieldCodecs>(
    what: string,
    call: SystemCall<R, A>,
    request: Sent<R>,
  ): SystemCallAttempt => ({ what, expected: 'InvArgs', attempt: () => codeOf(calls.call(call, request)) })
  const { activity, invalid } = selectors
  const page = { size: pageBytes, permissions: 3 }
  const range = { start: activity, count: 1 }
  return [
    attempt('ask the kernel for memory over my registers', systemCalls.createMgate, {
      dst: 200,
      act: activity,
      address: registerWindow,
      ...page,
    }),
    attempt("ask for the neighbour's memory", systemCalls.createMgate, {
      dst: 200,
      act: 77,
      address: 0x1000_0000,
      ...page,
    }),
    attempt("ask for the multiplexer's endpoint", systemCalls.allocEp, {
      dst: 200,
      act: activity,
      ep: muxEps.toKernel,
      replies: 0,
    }),
    attempt('activate a gate that I do not have', systemCalls.activate, {
      ep: 200,
      gate: 201,
      bufferMemory: invalid,
      bufferOffset: 0,
    }),
    attempt('revoke what every activity keeps', systemCalls.revoke, { act: activity, range, own: true }),
    {
      what: 'make a system call that does not exist',
      expected: 'InvArgs',
      attempt: async () => Number((await calls.raw(new WordWriter().word(0x7777).finish()))[0]),
    },
  ]
}

const codeOf = async (call: Promise<unknown>): Promise<number> => {
  try {
    await call
    return 0
  } catch (reason) {
    if (reason instanceof CallError) return reason.code
    throw reason
  }
}

const forgedMemory = (chip: number, tile: number): bigint =>
  encode(memoryWord0, { reserved: 0, chip, tile, permissions: 3, act: noActivity, type: endpointTypes.memory })

const forgedSend = encode(sendWord0, {
  reserved: 0,
  reply: 0,
  creditEp: noEndpoint,
  messageOrder: 11,
  maxCredits: 63,
  credits: 63,
  act: noActivity,
  type: endpointTypes.send,
})
