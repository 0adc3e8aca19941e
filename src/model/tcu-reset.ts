/** TCU_RESET: back to the state after power-up, but for what section 2.3 keeps. TCU section 6.4, docs/contract.md. */
import { burstLengthBits } from '#layout'
import { currentActivityReset } from './activities.ts'
import { CutPacket } from './cut-packet.ts'
import type { Offer } from './cut-packet.ts'
import { flitBurst, flitData0 } from './flits.ts'
import { asDiscarded } from './incoming.ts'
import { dueFlit, mayTake } from './tcu-inject.ts'
import type { Sender } from './tcu-inject.ts'
import { printFlitsLeft } from './tcu-print.ts'
import type { DueFlit } from './tcu-print.ts'
import type { TcuState } from './tcu-state.ts'

/** Cycles without a step behind that of the reset. */
const resetCycles = 16
const due: DueFlit = { flit: 0n, mask: 0n }

/** Resets the TCU in `cycle`. Endpoints, FEATURES, print buffer, CORE_CFG and CUR_TIME keep their contents. */
export const resetTcu = (tcu: TcuState, cycle: number): void => {
  tcu.cut[0] = cutPacket(tcu, ['command', 'print'], commandFlitsLeft(tcu), cycle)
  tcu.cut[1] = cutPacket(tcu, ['acknowledgement', 'response'], responseFlitsLeft(tcu), cycle)
  tcu.resetCycle = cycle
  tcu.quietUntil = cycle + resetCycles + 1
  clearRegisters(tcu)
  clearWork(tcu)
}

const cutPacket = (tcu: TcuState, senders: readonly Sender[], left: number, cycle: number): CutPacket => {
  const offers: Offer[] = []
  for (const sender of senders) {
    if (!mayTake(tcu, sender) || !dueFlit(tcu, sender, due)) continue
    const { flit, mask } = due
    const lines = flitBurst(flit) ? Number(BigInt.asUintN(burstLengthBits, flitData0(flit))) : 0
    offers.push({ flit, mask, behind: left > 0 ? left - 1 : lines })
  }
  return new CutPacket(cycle, left, offers)
}

const commandFlitsLeft = ({ sending0, running, printing }: TcuState): number => {
  if (sending0 === 'print' && printing !== undefined) return printFlitsLeft(printing)
  return sending0 === 'command' ? (running?.transfer?.flitsLeft ?? 0) : 0
}

const responseFlitsLeft = ({ sending1, responses }: TcuState): number =>
  sending1 && responses.front?.kind === 'data' ? responses.front.transfer.flitsLeft : 0

const clearRegisters = (tcu: TcuState): void => {
  tcu.externalCommand = 0n
  tcu.command = 0n
  tcu.dataAddress = 0n
  tcu.dataSize = 0n
  tcu.arg1 = 0n
  tcu.print = 0n
  tcu.coreRequest = 0n
  tcu.privilegedControl = 0
  tcu.privilegedCommand = 0n
  tcu.privilegedArgument = 0n
  tcu.currentActivity = currentActivityReset
  tcu.flits.clear()
  tcu.bypassFlits.clear()
  tcu.drops.clear()
}

const clearWork = (tcu: TcuState): void => {
  tcu.tlb.clear()
  tcu.timer = undefined
  tcu.coreRequests.clear()
  tcu.passed.clear()
  tcu.running = undefined
  tcu.privileged = undefined
  tcu.external = undefined
  tcu.printing = undefined
  tcu.reception = undefined
  tcu.requests.clear()
  tcu.readData.clear()
  tcu.responses.clear()
  tcu.unloaded.clear()
  tcu.lastLoaded = undefined
  tcu.acknowledgements.clear()
  tcu.sending0 = undefined
  tcu.sending1 = false
  for (const cls of [0, 1] as const) {
    const packet = tcu.arriving[cls]
    if (packet !== undefined) tcu.arriving[cls] = asDiscarded(packet)
  }
}
