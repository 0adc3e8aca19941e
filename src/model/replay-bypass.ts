/** Replays the bypass traffic of cores: classes C2 and C3. NoC sections 2.4, 7.2 and 7.4. */
import { type MessageClass, modes } from '#layout'
import { hex } from './bits.ts'
import { asCommandHead, bypassFlitSent, bypassSender, dueBypassFlit, settleBypass } from './bypass-pair.ts'
import type { BypassPair } from './bypass-pair.ts'
import { flitMode } from './flits.ts'
import type { Network } from './network.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { deliverFlit } from './tcu-deliver.ts'
import type { DueFlit } from './tcu-print.ts'

const due: DueFlit = { flit: 0n, mask: 0n }

/** A flit of class C2 or C3 arrives. Core bridges take what they get; a memory tile serves it. */
export const applyBypassDeliver = (
  pair: BypassPair | undefined,
  module: number,
  cls: 2 | 3,
  flit: bigint,
  network: Network,
  cycle: number,
): Refusal | undefined => {
  const isHead = network.delivering(module, cls) === undefined
  const refusal = network.deliver(module, cls, flit, cycle)
  if (refusal !== undefined || pair === undefined) return refusal
  deliverFlit(pair.tcu, cls === 2 ? 0 : 1, isHead ? asCommandHead(flit) : flit, cycle)
  settleBypass(pair)
  return undefined
}

/** Modes that a core bridge sends, and a memory tile. */
const allowed: Readonly<Record<2 | 3, readonly number[]>> = {
  2: [modes.READ_REQ_2, modes.WRITE_POSTED_2],
  3: [modes.READ_RSP_2, modes.WRITE_ACK_2],
}

/** A flit of class C2 or C3 leaves: of a core, or an answer that is due. */
export const applyBypassInject = (
  pair: BypassPair | undefined,
  module: number,
  cls: 2 | 3,
  flit: bigint,
  network: Network,
  cycle: number,
): Refusal | undefined => {
  const isHead = !network.injecting(module, cls)
  if (isHead && !allowed[cls].includes(flitMode(flit)))
    return refuse(`a mode of class ${cls}`, 'cores ask and write past their TCU, memory tiles answer', 'noc.md 2.4')
  if ((pair === undefined) !== (cls === 2))
    return refuse('no flit', cls === 2 ? 'a memory asks for nothing' : 'only memory answers cores', 'noc.md 2.8')
  if (pair === undefined) return network.inject(module, cls, flit, cycle)
  const sender = bypassSender(pair, flit)
  if (!dueBypassFlit(pair, sender, isHead, due))
    return refuse('no flit', `no ${sender} to a core has a flit to send now`, 'noc.md 7.2')
  if (((flit ^ due.flit) & due.mask) !== 0n)
    return refuse(
      hex(due.flit),
      `the ${sender} to the core differs in ${hex((flit ^ due.flit) & due.mask)}`,
      'noc.md 2.6',
    )
  const refusal = network.inject(module, cls, flit, cycle)
  if (refusal === undefined) bypassFlitSent(pair, sender, cycle)
  return refusal
}

/** What guards of an interface did, a bit per class. NoC section 10.7. */
export const applyGuards = (
  module: number,
  { stopped, refused, dropped }: { readonly stopped: number; readonly refused: number; readonly dropped: number },
  network: Network,
  cycle: number,
): Refusal | undefined => {
  for (let at = 0; at < network.classes; at++) {
    const cls = at as MessageClass
    const has = (set: number): boolean => ((set >> at) & 1) === 1
    const refusal =
      (has(stopped) ? network.stop(module, cls, cycle) : undefined) ??
      (has(refused) ? network.refuse(module, cls, cycle) : undefined) ??
      (has(dropped) ? network.drop(module, cls) : undefined)
    if (refusal !== undefined) return refusal
  }
  return undefined
}
