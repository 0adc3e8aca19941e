/** A flit leaves: which ones are due on each message class, and what their leaving means. TCU sections 4, 7.4 to 7.8. */
import { modes } from '#layout'
import { headWithoutSource, flitMode } from './flits.ts'
import { progressed } from './tcu-commands.ts'
import { printFlit, printSent } from './tcu-print.ts'
import type { DueFlit } from './tcu-print.ts'
import type { TcuState } from './tcu-state.ts'

/** Who may send on a class: requests leave for the command or PRINT, answers as acknowledgements or responses. */
export type Sender = 'command' | 'print' | 'acknowledgement' | 'response'

/** Fills in the flit that `sender` has due; false when it has none. Source ids are open: the network stamps them. */
export const dueFlit = (tcu: TcuState, sender: Sender, due: DueFlit): boolean => {
  switch (sender) {
    case 'command': {
      const command = tcu.running
      if (command?.request !== undefined) return single(command.request, due)
      const transfer = command?.transfer
      if (transfer === undefined || !transfer.ready()) return false
      due.flit = transfer.flit
      due.mask = transfer.mask
      return true
    }
    case 'print':
      return printFlit(tcu, due)
    case 'acknowledgement': {
      const flit = tcu.acknowledgements.front
      return flit !== undefined && single(flit, due)
    }
    case 'response': {
      const response = tcu.responses.front
      if (response === undefined) return false
      if (response.kind === 'flit') return single(response.flit, due)
      if (!response.transfer.ready()) return false
      due.flit = response.transfer.flit
      due.mask = response.transfer.mask
      return true
    }
  }
}

const single = (flit: bigint, due: DueFlit): boolean => {
  due.flit = flit
  due.mask = headWithoutSource
  return true
}

/** Senders that may send now, by class: packets are not interleaved within a class. TCU section 7.8. */
export const mayTake = (tcu: TcuState, sender: Sender): boolean => {
  if (sender === 'command' || sender === 'print') return tcu.sending0 === undefined || tcu.sending0 === sender
  return sender === 'response' || !tcu.sending1
}

/** Which sender a head on the answers' class belongs to. */
export const answerSender = (tcu: TcuState, flit: bigint): Sender =>
  !tcu.sending1 && flitMode(flit) === modes.TCU_ACK ? 'acknowledgement' : 'response'

/** The next flit of a packet that a reset cut; nothing when there is none. */
export const cutFlit = (tcu: TcuState, cls: 0 | 1): bigint | undefined => {
  const cut = tcu.cut[cls]
  return cut?.open ? cut.next : undefined
}

/** Takes a flit of a packet that a reset cut; false when it is none. */
export const cutFlitSent = (tcu: TcuState, cls: 0 | 1, flit: bigint, cycle: number): boolean => {
  const cut = tcu.cut[cls]
  if (cut === undefined) return false
  const taken = cut.take(flit, cycle)
  if (taken && cycle !== tcu.resetCycle) tcu.flits.transmitted++
  if (!cut.open) tcu.cut[cls] = undefined
  return taken
}

/** The due flit of `sender` has been injected. */
export const flitSent = (tcu: TcuState, sender: Sender, cycle: number): void => {
  tcu.flits.transmitted++
  switch (sender) {
    case 'command':
      commandFlitSent(tcu, cycle)
      return
    case 'print': {
      const printing = tcu.printing
      if (printing === undefined) return
      printing.sent++
      tcu.sending0 = printSent(printing) ? undefined : 'print'
      return
    }
    case 'acknowledgement':
      tcu.acknowledgements.shift()
      return
    case 'response':
      responseFlitSent(tcu)
  }
}

const commandFlitSent = (tcu: TcuState, cycle: number): void => {
  const command = tcu.running
  if (command === undefined) return
  progressed(command, cycle)
  if (command.request !== undefined) {
    command.request = undefined
    command.waiting = true
    return
  }
  const { transfer } = command
  if (transfer?.inPacket === false) command.packets++
  transfer?.sent()
  tcu.sending0 = transfer?.inPacket ? 'command' : undefined
}

const responseFlitSent = (tcu: TcuState): void => {
  const response = tcu.responses.front
  if (response?.kind === 'data') {
    response.transfer.sent()
    tcu.sending1 = response.transfer.inPacket
    if (!response.transfer.done) return
  }
  tcu.responses.shift()
}
