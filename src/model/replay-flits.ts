/** Replays flits that enter and leave the network. TCU sections 4 and 7, NoC sections 10.5 and 13.1. */
import { hex } from './bits.ts'
import type { Network } from './network.ts'
import { endFront } from './reception-timeout.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { deliverFlit } from './tcu-deliver.ts'
import { answerSender, cutFlit, cutFlitSent, dueFlit, flitSent, mayTake } from './tcu-inject.ts'
import type { Sender } from './tcu-inject.ts'
import type { DueFlit } from './tcu-print.ts'
import type { TcuState } from './tcu-state.ts'

const due: DueFlit = { flit: 0n, mask: 0n }

/** Applies the injection of a flit: it must be one that is due, in every bit that is specified. */
export const applyInject = (
  tcu: TcuState,
  cls: 0 | 1,
  flit: bigint,
  network: Network,
  cycle: number,
): Refusal | undefined => {
  if (tcu.cut[cls] !== undefined) {
    const open = cutFlit(tcu, cls)
    if (cutFlitSent(tcu, cls, flit, cycle)) return network.inject(tcu.index, cls, flit, cycle)
    if (open !== undefined)
      return refuse(hex(open), 'a packet that a reset cut keeps its length, with flits of bsel 0', 'tcu.md 6.4')
  }
  const sender = cls === 0 ? requestSender(tcu, flit) : answerSender(tcu, flit)
  if (!isDue(tcu, sender, flit, cycle)) {
    if (!mayTake(tcu, sender) || !dueFlit(tcu, sender, due)) return refuseNothing(tcu, sender)
    return refuse(
      hex(due.flit),
      `the next flit of the ${sender} differs in ${hex((flit ^ due.flit) & due.mask)}`,
      'tcu.md 7',
    )
  }
  const refusal = network.inject(tcu.index, cls, flit, cycle)
  if (refusal !== undefined) return refusal
  flitSent(tcu, sender, cycle)
  return undefined
}

/** Whether a flit is the next one of a sender; of a command that was asked to stop perhaps one that it cut. */
const isDue = (tcu: TcuState, sender: Sender, flit: bigint, cycle: number): boolean => {
  if (!mayTake(tcu, sender)) return false
  if (dueFlit(tcu, sender, due) && (flit === due.flit || ((flit ^ due.flit) & due.mask) === 0n)) return true
  if (sender === 'acknowledgement' && tcu.acknowledgements.length === 0 && endFront(tcu, cycle))
    return isDue(tcu, sender, flit, cycle)
  return sender === 'command' && tcu.running?.transfer?.cutAll() === true && isDue(tcu, sender, flit, cycle)
}

/** The command's flit if it fits, PRINT's otherwise. */
const requestSender = (tcu: TcuState, flit: bigint): Sender => {
  if (tcu.sending0 !== undefined) return tcu.sending0
  if (tcu.printing === undefined || !dueFlit(tcu, 'print', due)) return 'command'
  return ((flit ^ due.flit) & due.mask) === 0n ? 'print' : 'command'
}

const refuseNothing = (tcu: TcuState, sender: Sender): Refusal => {
  const transfer =
    sender === 'response' ? responseTransfer(tcu) : sender === 'command' ? tcu.running?.transfer : undefined
  const unloaded = transfer !== undefined && !transfer.done
  return refuse(
    'no flit',
    unloaded ? `the line at ${hex(transfer.wantedLine)} was not loaded yet` : `no ${sender} has a flit to send now`,
    'tcu.md 7.4, 7.8',
  )
}

const responseTransfer = (tcu: TcuState) => {
  const front = tcu.responses.front
  return front?.kind === 'data' ? front.transfer : undefined
}

/** Applies the delivery of a flit: it must be the front of a queue of the network. */
export const applyDeliver = (
  tcu: TcuState | undefined,
  module: number,
  cls: 0 | 1,
  flit: bigint,
  network: Network,
  cycle: number,
): Refusal | undefined => {
  const refusal = network.deliver(module, cls, flit, cycle)
  if (refusal === undefined && tcu !== undefined) deliverFlit(tcu, cls, flit, cycle)
  return refusal
}
