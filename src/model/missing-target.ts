/** Answers to packets that end at their own interface, or at the registers of a router. NoC sections 10.5 (item 3), 10.9. */
import { burstLengthBits, errorCodes, headFlit, modes, readRequest, withField, writeAcknowledgement } from '#layout'
import { numberReader, ones } from './bits.ts'
import { answerFlit, flitAddress, flitBurst, flitData0, flitMode, flitSelect, flitSource, flitTarget } from './flits.ts'
import { isRegister } from './incoming.ts'

/** An answer; the bits of `open` are not specified. */
export interface LocalAnswer {
  readonly flit: bigint
  readonly open: bigint
}

const returnAddressOf = numberReader(readRequest, 'returnAddress')
const sizeOf = numberReader(readRequest, 'size')
/** The time in acknowledgements of messages. */
const openTime = 0xffff_0000n << 64n
/** Bytes of addresses that a register window looks at. */
const windowBytes = 0x2000
const lengthMask = ones(burstLengthBits)

const nothingStored = (error: number): bigint =>
  (1n << BigInt(writeAcknowledgement.lsb.isWrite)) | (BigInt(error) << BigInt(writeAcknowledgement.lsb.error))

/** The interface answers in the name of a target that does not exist; `label` is that of a message. */
export const answerOfMissing = (head: bigint, label: number): LocalAnswer | undefined => {
  const [own, missing, address] = [flitSource(head), flitTarget(head), flitAddress(head)]
  const error = BigInt(errorCodes.TIMEOUT_NOC)
  const answer = (mode: number, to: number, data0: bigint, open = 0n): LocalAnswer => ({
    flit: answerFlit(missing, own, mode, to, data0),
    open,
  })
  switch (flitMode(head)) {
    case modes.READ_REQ:
      return answer(modes.ERROR, returnAddressOf(flitData0(head)), error)
    case modes.WRITE_POSTED:
      return isRegister(address) ? undefined : answer(modes.TCU_ACK, address, nothingStored(errorCodes.TIMEOUT_NOC))
    case modes.TCU_MSG:
      // Without the two lines of its header there is no label to acknowledge.
      if (!flitBurst(head) || (flitData0(head) & lengthMask) < 2n) return undefined
      return answer(modes.TCU_ACK, label, error, openTime)
    case modes.READ_REQ_2: {
      const { flit, open } = answer(modes.READ_RSP_2, returnAddressOf(flitData0(head)), error)
      return { flit: withField(headFlit, 'bsel', flit, 0), open }
    }
    default:
      return undefined
  }
}

/** The register window of a router: what its registers hold is open, and there is no memory. */
export const answerOfWindow = (head: bigint): LocalAnswer | undefined => {
  const [own, window, address] = [flitSource(head), flitTarget(head), flitAddress(head)]
  const mode = flitMode(head)
  if (mode === modes.READ_REQ && !flitBurst(head)) {
    const to = returnAddressOf(flitData0(head))
    if (!isRegister(address))
      return { flit: answerFlit(window, own, modes.ERROR, to, BigInt(errorCodes.TIMEOUT_MEM)), open: 0n }
    if (sizeOf(flitData0(head)) !== 8 || (address & 0xfff_ffff) >= windowBytes) return undefined
    const select = BigInt(flitSelect(head)) << BigInt(headFlit.lsb.bsel)
    const answer = withField(headFlit, 'bsel', answerFlit(window, own, modes.READ_RSP, to, 0n), 0) | select
    return { flit: answer, open: ones(64) }
  }
  if (mode !== modes.WRITE_POSTED || isRegister(address)) return undefined
  return { flit: answerFlit(window, own, modes.TCU_ACK, address, nothingStored(errorCodes.TIMEOUT_MEM)), open: 0n }
}
