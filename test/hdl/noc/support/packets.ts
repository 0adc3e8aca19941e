/** Packets for tests of the network, and what becomes of a packet that a module sends. */
import {
  bodyFlit,
  decode,
  encode,
  errorCodes,
  field,
  headFlit,
  hostId,
  modeClass,
  modes,
  type Plain,
  type SystemDescription,
  withField,
} from '#layout'

export interface Id {
  readonly chip: number
  readonly mod: number
}
export type Head = Plain<typeof headFlit>

/** A packet as its flits. */
export type Packet = readonly bigint[]

/** A head with quiet values for what is not given. */
export const head = (given: Partial<Head>): bigint =>
  encode(headFlit, {
    burst: 0,
    arq: 0,
    bsel: 0xff,
    sourceMod: 0,
    sourceChip: 0,
    targetMod: 0,
    targetChip: 0,
    mode: 0,
    address: 0,
    data0: 0n,
    ...given,
  })

export const body = (given: Partial<Plain<typeof bodyFlit>>): bigint =>
  encode(bodyFlit, { burst: 0, arq: 0, bsel: 0xff, data1: 0n, data0: 0n, ...given })

/** A packet with `follows` continuation flits that carry `tag`; `announced` is what its head says when it is a burst. */
export const packet = (given: Partial<Head>, follows: number, tag = 0n, announced = follows): Packet => [
  head({ ...given, burst: follows > 0 ? 1 : 0, ...(follows > 0 ? { data0: (tag << 13n) | BigInt(announced) } : {}) }),
  ...Array.from({ length: follows }, (_, index) =>
    body({ burst: index < follows - 1 ? 1 : 0, data1: tag, data0: (tag << 16n) | BigInt(index + 1) }),
  ),
]

/** Cuts a stream of flits at the tails; the last element is a packet without a tail, when there is one. */
export const packetsOf = (flits: readonly bigint[]): Packet[] => {
  const packets: bigint[][] = []
  let open: bigint[] | undefined
  for (const one of flits) {
    if (!open) packets.push((open = []))
    open.push(one)
    if (field(headFlit, 'burst', one) === 0) open = undefined
  }
  return packets
}

/** What an interface does with a packet of its module. */
export type Fate =
  | { readonly kind: 'delivered'; readonly target: Id; readonly packet: Packet }
  | { readonly kind: 'answered'; readonly answer: Packet }
  | { readonly kind: 'dropped' }

/** NoC section 10.5, written a second time and in another way than the hardware. */
export const fateOf = (system: SystemDescription, sender: Id, messageClass: number, raw: Packet): Fate => {
  const first = decode(headFlit, raw[0]!)
  const length = first.burst === 1 ? Number(first.data0 & 0x1fffn) : 0
  if (first.burst === 1 && length === 0) return { kind: 'dropped' }
  if (modeClass[first.mode] !== messageClass) return { kind: 'dropped' }

  const host = system.modules.find(({ kind }) => kind === 'host')
  const keepsSource = sender.mod === host?.mod && first.sourceChip === hostId.chip
  const stamped = {
    ...first,
    sourceChip: keepsSource ? first.sourceChip : sender.chip,
    sourceMod: keepsSource ? first.sourceMod : sender.mod,
  }
  const lines = Array.from({ length }, (_, index) => {
    const given = raw[index + 1] ?? body({ bsel: 0 })
    return withField(bodyFlit, 'burst', given, index < length - 1 ? 1 : 0)
  })
  const sent = [encode(headFlit, stamped), ...lines]

  if (first.targetChip === hostId.chip && host)
    return { kind: 'delivered', target: { chip: system.chip, mod: host.mod }, packet: sent }
  if (first.targetChip === system.chip && system.modules.some(({ mod }) => mod === first.targetMod))
    return { kind: 'delivered', target: { chip: system.chip, mod: first.targetMod }, packet: sent }

  const answer = answerTo(stamped, lines)
  if (messageClass !== 0 || !answer) return { kind: 'dropped' }
  const ids = {
    sourceMod: first.targetMod,
    sourceChip: first.targetChip,
    targetMod: stamped.sourceMod,
    targetChip: stamped.sourceChip,
  }
  return { kind: 'answered', answer: [head({ ...ids, ...answer })] }
}

const answerTo = (request: Head, lines: readonly bigint[]): Partial<Head> | undefined => {
  const timeout = BigInt(errorCodes.TIMEOUT_NOC)
  if (request.mode === modes.READ_REQ)
    return { mode: modes.ERROR, address: Number(request.data0 & 0xffff_ffffn), data0: timeout }
  if (request.mode === modes.WRITE_POSTED && request.address >>> 28 !== 0xf)
    return { mode: modes.TCU_ACK, address: request.address, data0: (1n << 32n) | (timeout << 33n) }
  if (request.mode === modes.TCU_MSG && lines.length >= 2)
    return { mode: modes.TCU_ACK, address: Number(lines[1]! & 0xffffn), data0: timeout }
  return undefined
}
