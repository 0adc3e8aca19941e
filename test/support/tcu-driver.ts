/** Drives a TCU the way software does (TCU section 2.6): endpoints, commands and messages, through `Tile` alone. */
import {
  command,
  decode,
  encode,
  endpointRegister,
  endpointTypes,
  errorName,
  externalCommand,
  externalOpcodes,
  field,
  invalidateArgument,
  memoryPermissions,
  memoryWord0,
  messageHeader,
  messageHeaderBytes,
  noActivity,
  noEndpoint,
  opcodes,
  receiveWord0,
  receiveWord2,
  registers,
  registerWindow,
  sendWord0,
  sendWord1,
} from '#layout'
import type { Plain } from '#layout'
import type { Tile } from '#model'

/** The three words of an endpoint. */
export type EndpointWords = readonly [bigint, bigint, bigint]

export const invalidEp: EndpointWords = [0n, 0n, 0n]

/** Words of a send endpoint; `target` is a NoC id. */
export const sendEp = (fields: {
  readonly target: number
  readonly ep: number
  readonly credits: number
  readonly maxCredits?: number
  readonly messageOrder: number
  readonly label?: bigint
  readonly creditEp?: number
  readonly reply?: boolean
  readonly act?: number
}): EndpointWords => [
  encode(sendWord0, {
    reserved: 0,
    reply: fields.reply ? 1 : 0,
    creditEp: fields.creditEp ?? noEndpoint,
    messageOrder: fields.messageOrder,
    maxCredits: fields.maxCredits ?? fields.credits,
    credits: fields.credits,
    act: fields.act ?? noActivity,
    type: endpointTypes.send,
  }),
  encode(sendWord1, { reserved: 0n, chip: fields.target >> 8, tile: fields.target & 0xff, ep: fields.ep }),
  fields.label ?? 0n,
]

/** Words of a receive endpoint. */
export const receiveEp = (fields: {
  readonly buffer: number
  readonly slotsOrder: number
  readonly slotOrder: number
  readonly replyEps?: number
  readonly occupied?: number
  readonly unread?: number
  readonly act?: number
}): EndpointWords => [
  encode(receiveWord0, {
    reserved: 0,
    readPosition: 0,
    writePosition: 0,
    slotOrder: fields.slotOrder,
    slotsOrder: fields.slotsOrder,
    replyEps: fields.replyEps ?? noEndpoint,
    act: fields.act ?? noActivity,
    type: endpointTypes.receive,
  }),
  BigInt(fields.buffer),
  encode(receiveWord2, { unread: fields.unread ?? 0, occupied: fields.occupied ?? 0 }),
]

/** Words of a memory endpoint; read and write are allowed unless `permissions` says less. */
export const memoryEp = (fields: {
  readonly target: number
  readonly address: number | bigint
  readonly size: number | bigint
  readonly permissions?: number
  readonly act?: number
}): EndpointWords => [
  encode(memoryWord0, {
    reserved: 0,
    chip: fields.target >> 8,
    tile: fields.target & 0xff,
    permissions: fields.permissions ?? memoryPermissions.read | memoryPermissions.write,
    act: fields.act ?? noActivity,
    type: endpointTypes.memory,
  }),
  BigInt(fields.address),
  BigInt(fields.size),
]

/** Writes an endpoint through the core; word 0 last, as the kernel does (TCU section 3.1). */
export const writeEp = async (tile: Tile, ep: number, words: EndpointWords): Promise<void> => {
  for (const word of [2, 1, 0] as const) await tile.writeRegister(endpointRegister(ep, word), words[word])
}

export const readEp = async (tile: Tile, ep: number): Promise<EndpointWords> => [
  await tile.readRegister(endpointRegister(ep, 0)),
  await tile.readRegister(endpointRegister(ep, 1)),
  await tile.readRegister(endpointRegister(ep, 2)),
]

/** Current credits of a send endpoint. */
export const creditsOf = async (tile: Tile, ep: number): Promise<number> =>
  field(sendWord0, 'credits', await tile.readRegister(endpointRegister(ep, 0)))

/** Positions and masks of a receive endpoint. */
export const slotsOf = async (tile: Tile, ep: number) => {
  const word0 = decode(receiveWord0, await tile.readRegister(endpointRegister(ep, 0)))
  const word2 = decode(receiveWord2, await tile.readRegister(endpointRegister(ep, 2)))
  return {
    readPosition: word0.readPosition,
    writePosition: word0.writePosition,
    unread: word2.unread,
    occupied: word2.occupied,
  }
}

/** The word that starts a command. */
export const commandWord = (op: number, ep: number, arg0 = 0): bigint =>
  encode(command, { reserved: 0, arg0, error: 0, ep, op })

/** Waits for the running command; the name of its error, `NONE` when it succeeded. */
export const finish = async (tile: Tile): Promise<string> => {
  for (;;) {
    const value = await tile.readRegister(registers.COMMAND)
    if (field(command, 'op', value) === opcodes.idle) return errorName(field(command, 'error', value))
  }
}

/** Starts a command and waits for its end. */
export const run = async (tile: Tile, op: number, ep: number, arg0 = 0): Promise<string> => {
  await tile.writeRegister(registers.COMMAND, commandWord(op, ep, arg0))
  return finish(tile)
}

const setBuffer = async (tile: Tile, address: number | bigint, bytes: number | bigint): Promise<void> => {
  await tile.writeRegister(registers.DATA_ADDR, BigInt(address))
  await tile.writeRegister(registers.DATA_SIZE, BigInt(bytes))
}

/** A local buffer. */
export interface Buffer {
  readonly address: number | bigint
  readonly bytes: number | bigint
}

/** SEND. */
export const send = async (
  tile: Tile,
  ep: number,
  buffer: Buffer,
  reply: { readonly ep?: number; readonly label?: bigint } = {},
): Promise<string> => {
  await setBuffer(tile, buffer.address, buffer.bytes)
  if (reply.label !== undefined) await tile.writeRegister(registers.ARG1, reply.label)
  return run(tile, opcodes.send, ep, reply.ep ?? noEndpoint)
}

/** REPLY to the message at `offset` of the receive buffer. */
export const reply = async (tile: Tile, ep: number, offset: number, buffer: Buffer): Promise<string> => {
  await setBuffer(tile, buffer.address, buffer.bytes)
  return run(tile, opcodes.reply, ep, offset)
}

/** READ from `offset` of a memory endpoint into the buffer. */
export const read = async (tile: Tile, ep: number, buffer: Buffer, offset: number | bigint = 0): Promise<string> => {
  await setBuffer(tile, buffer.address, buffer.bytes)
  await tile.writeRegister(registers.ARG1, BigInt(offset))
  return run(tile, opcodes.read, ep)
}

/** WRITE of the buffer to `offset` of a memory endpoint. */
export const write = async (tile: Tile, ep: number, buffer: Buffer, offset: number | bigint = 0): Promise<string> => {
  await setBuffer(tile, buffer.address, buffer.bytes)
  await tile.writeRegister(registers.ARG1, BigInt(offset))
  return run(tile, opcodes.write, ep)
}

/** FETCH_MSG: the offset of the message, nothing when there is none. Rejects when the command fails. */
export const fetch = async (tile: Tile, ep: number): Promise<number | undefined> => {
  const error = await run(tile, opcodes.fetch, ep)
  if (error !== 'NONE') throw new Error(`FETCH_MSG on endpoint ${ep} ended with ${error}`)
  const offset = await tile.readRegister(registers.ARG1)
  return offset === 0xffff_ffff_ffff_ffffn ? undefined : Number(offset)
}

/** FETCH_MSG until there is a message. */
export const awaitMessage = async (tile: Tile, ep: number): Promise<number> => {
  for (;;) {
    const offset = await fetch(tile, ep)
    if (offset !== undefined) return offset
    await tile.wait(10)
  }
}

/** ACK_MSG. */
export const acknowledge = (tile: Tile, ep: number, offset: number): Promise<string> =>
  run(tile, opcodes.acknowledge, ep, offset)

/** A message as it lies in a receive buffer. */
export interface ReceivedMessage {
  readonly header: Plain<typeof messageHeader>
  readonly payload: Uint8Array
}

/** Reads the message at an address of local memory. */
export const messageAt = (tile: Tile, address: number): ReceivedMessage => {
  const bytes = tile.readMemory(address, messageHeaderBytes)
  const header = decode(
    messageHeader,
    bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n),
  )
  return { header, payload: tile.readMemory(address + messageHeaderBytes, header.length) }
}

/** Access to another tile's registers through a memory endpoint that covers them (TCU section 6.2). */
export interface Remote {
  readonly tile: Tile
  /** Memory endpoint over the other tile's register window, and 8 bytes of local memory for the values. */
  readonly ep: number
  readonly scratch: number
}

const bytesOf = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value, true)
  return bytes
}

/** Prepares the access to the registers of the tile with NoC id `target`. */
export const connect = async (tile: Tile, ep: number, target: number, scratch: number): Promise<Remote> => {
  await writeEp(tile, ep, memoryEp({ target, address: registerWindow, size: 0x1000_0000 }))
  return { tile, ep, scratch }
}

/** Writes a register of the other tile; the name of the WRITE's error. */
export const writeRemote = (remote: Remote, offset: number, value: bigint): Promise<string> => {
  remote.tile.writeMemory(remote.scratch, bytesOf(value))
  return write(remote.tile, remote.ep, { address: remote.scratch, bytes: 8 }, offset)
}

/** Reads a register of the other tile. Rejects when the READ fails. */
export const readRemote = async (remote: Remote, offset: number): Promise<bigint> => {
  const error = await read(remote.tile, remote.ep, { address: remote.scratch, bytes: 8 }, offset)
  if (error !== 'NONE') throw new Error(`READ of register 0x${offset.toString(16)} ended with ${error}`)
  const bytes = remote.tile.readMemory(remote.scratch, 8)
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
}

/** Writes an endpoint of the other tile. */
export const writeRemoteEp = async (remote: Remote, ep: number, words: EndpointWords): Promise<void> => {
  for (const word of [2, 1, 0] as const) await writeRemote(remote, endpointRegister(ep, word), words[word])
}

/** Result of an external command. */
export interface ExternalResult {
  readonly error: string
  readonly arg: bigint
}

/** Starts an external command on the other tile and waits for its result. */
export const runExternal = async (remote: Remote, value: bigint): Promise<ExternalResult> => {
  await writeRemote(remote, registers.EXT_CMD, value)
  for (;;) {
    const result = decode(externalCommand, await readRemote(remote, registers.EXT_CMD))
    if (result.op === externalOpcodes.idle) return { error: errorName(result.error), arg: result.arg }
  }
}

/** INV_EP (TCU section 6.3). */
export const invalidate = (remote: Remote, ep: number, mode: 'forced' | 'gentle'): Promise<ExternalResult> =>
  runExternal(
    remote,
    encode(externalCommand, {
      arg: encode(invalidateArgument, { unused: 0n, force: mode === 'forced' ? 1 : 0, ep }),
      error: 0,
      op: externalOpcodes.invalidateEndpoint,
    }),
  )
