/** What travels between tiles, one entry per packet that matters to people, from the records of a run. */
import {
  bodyFlit,
  coreConfigRegister,
  decode,
  endpointCount,
  endpointRegister,
  endpointTypes,
  externalCommand,
  field,
  headFlit,
  messageHeader01,
  modes,
  registers,
  registerWindow,
  sendWord0,
} from '#layout'
import type { StepRecord } from '#model'

/** A message that reached an endpoint. */
export interface MessageStep {
  readonly kind: 'message'
  readonly cycle: number
  readonly from: string
  readonly to: string
  readonly ep: number
  readonly isReply: boolean
  /** The first word of the payload, if there is one. */
  readonly word: bigint | undefined
}

/** Memory that was read or written, or a register of a TCU that another tile changed, in words. */
export interface AccessStep {
  readonly kind: 'read' | 'write' | 'register'
  readonly cycle: number
  readonly from: string
  readonly to: string
  readonly what: string
  /** Of reads and writes. */
  readonly bytes: number
}

export type SequenceStep = MessageStep | AccessStep

const headOf = (bits: bigint) => decode(headFlit, bits)

/** A packet whose flits are still coming. */
interface Packet {
  readonly cycle: number
  readonly head: ReturnType<typeof headOf>
  readonly body: bigint[]
}

export interface StepCollector {
  readonly add: (record: StepRecord) => void
  readonly steps: readonly SequenceStep[]
}

/** Collects steps in the order in which packets arrive completely; `nameOf` gives the module of a NoC id. */
export const collectSteps = (nameOf: (id: number) => string): StepCollector => {
  const underWay = new Map<string, Packet>()
  const steps: SequenceStep[] = []
  return {
    steps,
    add: ({ module, probe, bits, cycle }) => {
      // Everything that one tile wants of another comes with the class of requests.
      if (probe !== 'deliver0') return
      const packet = underWay.get(module)
      const more = bits >> BigInt(headFlit.bits - 1) === 1n
      if (packet !== undefined) packet.body.push(bits)
      const current = packet ?? { cycle, head: headOf(bits), body: [] }
      if (more) {
        underWay.set(module, current)
        return
      }
      underWay.delete(module)
      const { sourceChip, sourceMod } = current.head
      const step = stepOf(current, nameOf((sourceChip << 8) | sourceMod), module)
      if (step !== undefined) steps.push(step)
    },
  }
}

const lineBytes = 16

const stepOf = ({ cycle, head, body }: Packet, from: string, to: string): SequenceStep | undefined => {
  const where = { cycle, from, to }
  switch (head.mode) {
    case modes.TCU_MSG: {
      const [first = 0n, , payload] = body
      const isReply = field(messageHeader01, 'isReply', first) === 1
      const word = payload === undefined ? undefined : decode(bodyFlit, payload).data0
      return { kind: 'message', ...where, ep: head.address & 0xffff, isReply, word }
    }
    case modes.READ_REQ:
      return accessOf(head.address, Number(head.data0 >> 32n), where, 'read', undefined)
    case modes.WRITE_POSTED:
      return accessOf(head.address, body.length === 0 ? 8 : lineBytes * body.length, where, 'write', head.data0)
    default:
      return undefined
  }
}

const accessOf = (
  address: number,
  bytes: number,
  where: { readonly cycle: number; readonly from: string; readonly to: string },
  kind: 'read' | 'write',
  data: bigint | undefined,
): AccessStep | undefined => {
  if (address < registerWindow) return { kind, ...where, what: '', bytes }
  if (data === undefined) return { kind: 'register', ...where, what: readOf(address - registerWindow), bytes }
  const what = writeOf(address - registerWindow, data)
  return what === undefined ? undefined : { kind: 'register', ...where, what, bytes }
}

/** The endpoint and word of a register, if it is one of an endpoint. */
const endpointOf = (offset: number): { readonly ep: number; readonly word: number } | undefined => {
  const word = (offset - endpointRegister(0, 0)) / 8
  return word >= 0 && word < 3 * endpointCount ? { ep: Math.floor(word / 3), word: word % 3 } : undefined
}

const readOf = (offset: number): string => {
  if (offset === registers.EXT_CMD) return 'asks whether that is done'
  const found = endpointOf(offset)
  return found === undefined ? `reads register 0x${offset.toString(16)}` : `reads endpoint ${found.ep}`
}

const typeNames = new Map<number, string>(Object.entries(endpointTypes).map(([name, code]) => [code, name]))

/** What a write of a register means; the last word of an endpoint that is written tells its type. */
const writeOf = (offset: number, data: bigint): string | undefined => {
  const found = endpointOf(offset)
  if (found !== undefined)
    return found.word === 0
      ? `configures endpoint ${found.ep}: ${typeNames.get(field(sendWord0, 'type', data)) ?? 'nothing'}`
      : undefined
  if (offset === registers.EXT_CMD) return `invalidates endpoint ${Number(decode(externalCommand, data).arg & 0xffffn)}`
  if (offset === coreConfigRegister(0)) return data === 0n ? 'holds the core' : 'starts the core'
  if (offset === coreConfigRegister(1)) return 'interrupts the core'
  return `writes register 0x${offset.toString(16)}`
}
