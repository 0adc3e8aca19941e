/** What a host can do with a chip. Source: NoC section 8.1. */
import { decode, errorName, messageAcknowledgement, modes, registerWindow, writeAcknowledgement } from '#layout'
import { computerClock, type LinkClock } from './clock.ts'
import type { BridgeAnswer } from './frame.ts'
import { HostLink, type LinkCounters, type LinkState, type Packet } from './link.ts'
import {
  type Arrival,
  arrivalOf,
  type ModuleId,
  readPacket,
  registerWritePacket,
  writableBytes,
  writePacket,
} from './packets.ts'
import type { ByteTransport } from './transport.ts'

/** A text that a tile printed. */
export interface PrintedText {
  readonly source: ModuleId
  readonly text: string
}

/** How a link is opened. */
export interface HostLinkOptions {
  /** @defaultValue the clock of the computer */
  readonly clock?: LinkClock
  /** Milliseconds without progress after which frames are sent again. @defaultValue 20 */
  readonly resendMilliseconds?: number
  /** Milliseconds that a module has for its answer. @defaultValue 2000 */
  readonly answerMilliseconds?: number
  /** Tells this session from those before it, 1 to 255. @defaultValue random */
  readonly session?: number
  readonly onPrint?: (printed: PrintedText) => void
  /** Messages and whatever else is no answer and no text. */
  readonly onPacket?: (packet: Packet) => void
  readonly onDown?: (reason: string) => void
}

/** A chip behind an open link; a module is its id on that chip, or with another chip. */
export interface HostConnection {
  readonly bridge: BridgeAnswer
  readonly state: LinkState
  readonly counters: LinkCounters
  /** Reads memory. Rejects: Error that names module, address and error code, or that the link is down. */
  read(module: number | ModuleId, address: number, bytes: number): Promise<Uint8Array>
  /** Writes memory; done when the target has stored all bytes. Rejects: as `read`. */
  write(module: number | ModuleId, address: number, data: Uint8Array): Promise<void>
  /** Reads the register at an offset in the register window. Rejects: as `read`. */
  readRegister(module: number | ModuleId, offset: number): Promise<bigint>
  /** Writes a register; done when the bridge has the packet. A later read of the same module sees it. */
  writeRegister(module: number | ModuleId, offset: number, value: bigint): Promise<void>
  /** Sends a packet as it is; done when the bridge has it. */
  send(packet: Packet): Promise<void>
  /** Opens the link again after it went down. */
  reopen(): Promise<BridgeAnswer>
  close(): void
}

/** Bytes of one request; answers to several are on their way at once. */
const readBytes = 2048

interface Reading {
  readonly target: ModuleId
  readonly address: number
  readonly returnAddress: number
  readonly data: Uint8Array
  received: number
  readonly done: () => void
  readonly failed: (error: Error) => void
}

interface Writing {
  readonly target: ModuleId
  readonly address: number
  readonly bytes: number
  readonly done: () => void
  readonly failed: (error: Error) => void
}

const same = (one: ModuleId, other: ModuleId): boolean => one.chip === other.chip && one.mod === other.mod

const hex = (value: number): string => `0x${value.toString(16)}`

const nameOf = (code: number): string => errorName(code) ?? `error ${code}`

/** Opens the link to the bridge behind a transport. Rejects: Error when no bridge answers. */
export const openHostLink = async (
  transport: ByteTransport,
  options: HostLinkOptions = {},
): Promise<HostConnection> => {
  const clock = options.clock ?? computerClock
  const answerMilliseconds = options.answerMilliseconds ?? 2000
  const readings = new Set<Reading>()
  const writings: Writing[] = []
  let nextReturn = 0

  const fail = (error: Error): void => {
    for (const { failed } of [...readings, ...writings]) failed(error)
  }
  const deliver = (packet: Packet): void => {
    const arrival = arrivalOf(packet)
    if (arrival.mode === modes.READ_RSP && take(arrival)) return
    if (arrival.mode === modes.ERROR && refuse(arrival)) return
    if (arrival.mode === modes.TCU_ACK && decode(messageAcknowledgement, arrival.data0).isWrite === 1)
      return stored(arrival)
    if (arrival.mode === modes.WRITE_POSTED)
      return options.onPrint?.({ source: arrival.source, text: new TextDecoder().decode(arrival.data) })
    options.onPacket?.(packet)
  }
  const take = ({ source, address, data, complete }: Arrival): boolean => {
    for (const reading of readings) {
      const place = address - reading.returnAddress
      if (!same(reading.target, source) || place < 0 || place + data.length > reading.data.length) continue
      reading.data.set(data, place)
      reading.received += data.length
      if (!complete)
        reading.failed(new Error(`${hex(source.mod)} gave up while it was read at ${hex(reading.address)}`))
      else if (reading.received >= reading.data.length) reading.done()
      return true
    }
    return false
  }
  const refuse = ({ address, data0 }: Arrival): boolean => {
    for (const reading of readings) {
      if (reading.returnAddress !== address) continue
      const { error } = decode(messageAcknowledgement, data0)
      reading.failed(
        new Error(`Reading ${hex(reading.address)} of module ${hex(reading.target.mod)}: ${nameOf(error)}`),
      )
      return true
    }
    return false
  }
  const stored = ({ source, address, data0 }: Arrival): void => {
    const writing = writings.find((one) => same(one.target, source) && one.address === address)
    const { error, bytes } = decode(writeAcknowledgement, data0)
    if (!writing) return
    if (error === 0 && bytes === writing.bytes) return writing.done()
    const reason = error === 0 ? `${bytes} of ${writing.bytes} bytes were stored` : nameOf(error)
    writing.failed(new Error(`Writing ${hex(address)} of module ${hex(source.mod)}: ${reason}`))
  }

  const link = new HostLink(transport, {
    clock,
    resendMilliseconds: options.resendMilliseconds ?? 20,
    session: options.session ?? 1 + Math.floor(Math.random() * 255),
    onPacket: deliver,
    onDown: (reason) => {
      fail(new Error(`The link is down: ${reason}`))
      options.onDown?.(reason)
    },
  })
  let bridge = await link.open()
  const idOf = (module: number | ModuleId): ModuleId =>
    typeof module === 'number' ? { chip: bridge.chip, mod: module } : module

  /** Waits for what `begin` leaves in a list, and takes it out again however it ends. */
  const answered = (
    what: string,
    begin: (done: () => void, failed: (error: Error) => void) => () => void,
  ): Promise<void> =>
    new Promise((resolve, reject) => {
      let end = (): void => undefined
      const finish = (action: () => void) => (): void => {
        cancel()
        end()
        action()
      }
      const cancel = clock.after(answerMilliseconds, () => {
        end()
        reject(new Error(`${what}: no answer within ${answerMilliseconds} ms`))
      })
      end = begin(finish(resolve), (error) => finish(() => reject(error))())
    })

  const readPart = async (target: ModuleId, address: number, data: Uint8Array): Promise<void> => {
    const returnAddress = nextReturn
    nextReturn = (nextReturn + readBytes) % registerWindow
    await answered(`Reading ${hex(address)} of module ${hex(target.mod)}`, (done, failed) => {
      const reading = { target, address, returnAddress, data, received: 0, done, failed }
      readings.add(reading)
      link.send(readPacket(target, address, data.length, returnAddress)).catch(failed)
      return () => readings.delete(reading)
    })
  }
  const writePart = (target: ModuleId, address: number, data: Uint8Array): Promise<void> =>
    answered(`Writing ${hex(address)} of module ${hex(target.mod)}`, (done, failed) => {
      const writing = { target, address, bytes: data.length, done, failed }
      writings.push(writing)
      link.send(writePacket(target, address, data)).catch(failed)
      return () => void writings.splice(writings.indexOf(writing), 1)
    })

  return {
    get bridge() {
      return bridge
    },
    get state() {
      return link.state
    },
    get counters() {
      return link.counters
    },
    async read(module, address, bytes) {
      const data = new Uint8Array(bytes)
      const target = idOf(module)
      const parts: Promise<void>[] = []
      for (let at = 0; at < bytes; at += readBytes)
        parts.push(readPart(target, address + at, data.subarray(at, at + readBytes)))
      await Promise.all(parts)
      return data
    },
    async write(module, address, data) {
      const target = idOf(module)
      const parts: Promise<void>[] = []
      for (let at = 0; at < data.length;) {
        const bytes = writableBytes(address + at, data.length - at)
        parts.push(writePart(target, address + at, data.subarray(at, at + bytes)))
        at += bytes
      }
      await Promise.all(parts)
    },
    async readRegister(module, offset) {
      const data = new Uint8Array(8)
      await readPart(idOf(module), registerWindow + offset, data)
      return new DataView(data.buffer).getBigUint64(0, true)
    },
    writeRegister: (module, offset, value) =>
      link.send(registerWritePacket(idOf(module), registerWindow + offset, value)),
    send: (packet) => link.send(packet),
    async reopen() {
      bridge = await link.open()
      return bridge
    },
    close() {
      link.close()
      fail(new Error('The link was closed'))
    },
  }
}
