/**
 * The network: ordered queues per (source, target, class), and the duties of the interfaces at its edge. Steps are
 * "inject a flit", "deliver the front flit of a queue", and what guards do. NoC sections 2.9, 10.5 to 10.7 and 13.1.
 */
import type { MessageClass } from '#layout'
import { modes, registerWindow, routerRegisters } from '#layout'
import { type NetworkDescription, planNetwork, type PlanOptions, registersKind } from '#topology'
import { Arriving } from './arriving.ts'
import type { Channel, Travelling } from './arriving.ts'
import {
  flitAddress,
  flitBurst,
  flitData0,
  flitMode,
  flitSelect,
  flitSource,
  flitTarget,
  sourceBits,
  stamp,
} from './flits.ts'
import { noCounts } from './interface-counts.ts'
import type { InterfaceCounts } from './interface-counts.ts'
import { streamOf } from './message-streams.ts'
import { answerOfMissing, answerOfWindow } from './missing-target.ts'
import type { LocalAnswer } from './missing-target.ts'
import { isEmptyBurst, Outgoing } from './outgoing.ts'
import { Queue } from './queue.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { TokenBucket } from './token-bucket.ts'

/** Where the packet goes that a module is sending in a class. */
interface Sending {
  readonly outgoing: Outgoing
  verdict: 'enters' | 'missing' | 'window' | 'dropped'
  channel: Channel | undefined
  head: bigint
  flits: number
  label: number
}

/** One module's interface. */
interface Interface {
  readonly id: number
  readonly counts: InterfaceCounts
  /** Chips behind it whose source ids it keeps. */
  readonly chips: readonly number[]
  readonly sending: readonly Sending[]
  readonly arriving: readonly Arriving[]
  /** Channels by class: in order of their first use, and by source and target. */
  readonly channels: readonly Channel[][]
  readonly byPair: readonly Map<number, Channel>[]
  bucket: TokenBucket | undefined
}

const pairOf = (source: number, target: number): number => source * 0x4000 + target
const { at: rateAt, count: rateCount = 1 } = routerRegisters.registers.RATE

export class Network {
  /** Message classes in use. */
  readonly classes: number
  /** Flits inside the network. */
  travelling = 0

  readonly #interfaces: readonly Interface[]
  readonly #chip: number
  readonly #targets = new Map<number, number>()
  readonly #gateways: ReadonlyMap<number, number>
  /** Register windows of routers by module id, with the modules at the router. NoC section 10.9. */
  readonly #windows = new Map<number, readonly number[]>()
  readonly #guards: { readonly tx: number; readonly rx: number }

  constructor(system: NetworkDescription, options: PlanOptions = {}) {
    const plan = planNetwork(system, options)
    const classes = Array.from({ length: plan.classes }, (_, cls) => cls)
    const { rateLimit, guards } = plan.parameters
    this.classes = plan.classes
    this.#chip = plan.chip
    this.#gateways = plan.gateways
    this.#guards = guards
    this.#interfaces = system.modules.map(({ mod }, index) => {
      const counts = noCounts()
      return {
        id: (system.chip << 8) | mod,
        counts,
        chips: [...plan.gateways].flatMap(([chip, gateway]) => (gateway === index ? [chip] : [])),
        sending: classes.map((cls): Sending => {
          const enter = (flit: bigint, open: bigint, cycle: number): void => {
            this.#enter(index, cls, flit, open, cycle)
          }
          const empty = { channel: undefined, head: 0n, flits: 0, label: 0 }
          return { outgoing: new Outgoing(counts, enter), verdict: 'dropped', ...empty }
        }),
        arriving: classes.map(() => new Arriving()),
        channels: classes.map(() => []),
        byPair: classes.map(() => new Map()),
        bucket: rateLimit && new TokenBucket(rateLimit),
      }
    })
    system.modules.forEach(({ mod }, index) => this.#targets.set(mod, index))
    for (const { kind, mod, router } of plan.modules)
      if (kind === registersKind) {
        const here = plan.modules.filter((one) => one.router === router && one.kind !== registersKind)
        this.#windows.set(
          mod,
          here.map(({ index }) => index),
        )
      }
  }

  /** Index of the module that gets packets for a NoC id; below 0 when there is none. Other chips are behind gateways. */
  route(id: number): number {
    const chip = id >> 8
    const found = chip === this.#chip ? this.#targets.get(id & 0xff) : this.#gateways.get(chip)
    return found ?? -1
  }

  /** Channels of a module's class, in order of their first use. */
  channels(module: number, cls: MessageClass): readonly Channel[] {
    return this.#interface(module).channels[cls] ?? []
  }

  /** What a module's interface has to have counted. */
  counts(module: number): Readonly<InterfaceCounts> {
    return this.#interface(module).counts
  }

  /** Whether the rate limit lets the next flit of a module into the network now. */
  mayInject(module: number, cls: MessageClass, flit: bigint, cycle: number): boolean {
    const own = this.#interface(module)
    if (own.bucket === undefined || cls % 2 === 1 || !(own.sending[cls] as Sending).outgoing.atHead) return true
    const enters =
      !isEmptyBurst(flit) && streamOf(flitMode(flit), this.classes) === cls && this.#exists(flitTarget(flit))
    return !enters || own.bucket.allows(cycle)
  }

  /** Takes a flit from a module: stamps the source, checks the target, answers for missing ones. NoC section 10.5. */
  inject(module: number, cls: MessageClass, flit: bigint, cycle: number): Refusal | undefined {
    if (!this.mayInject(module, cls, flit, cycle))
      return refuse('no flit', 'the rate limit has no token for another packet', 'noc.md 10.6')
    const sending = this.#interface(module).sending[cls]
    if (sending === undefined) return refuse('no flit', `there is no class ${cls}`, 'noc.md 2.8')
    sending.outgoing.take(flit, cycle)
    return undefined
  }

  /** Why a flit may not be delivered to a module now, or nothing when it was the front of a queue and is taken. */
  deliver(module: number, cls: MessageClass, flit: bigint, cycle: number): Refusal | undefined {
    const { arriving, byPair } = this.#interface(module)
    const found = (arriving[cls] as Arriving).deliver(
      flit,
      (head) => byPair[cls]?.get(pairOf(flitSource(head), flitTarget(head))),
      cycle,
    )
    if ('refusal' in found) return found.refusal
    this.take(module, cls, found.channel, flit)
    return undefined
  }

  /** Takes the front of a channel out; the rest of its packet comes next. */
  take(module: number, cls: MessageClass, channel: Channel, as?: bigint): bigint {
    const { flit } = channel.flits.shift() as Travelling
    const given = as ?? flit
    ;(this.#interface(module).arriving[cls] as Arriving).channel = flitBurst(given) ? channel : undefined
    this.travelling--
    return given
  }

  /** The transmit guard of a module ended its packet. NoC section 10.7. */
  stop(module: number, cls: MessageClass, cycle: number): Refusal | undefined {
    return (this.#interface(module).sending[cls] as Sending).outgoing.stop(this.#guards.tx, cycle)
  }

  /** The receive guard of a module fired: what comes now may be dropped. */
  refuse(module: number, cls: MessageClass, cycle: number): Refusal | undefined {
    const { arriving, counts } = this.#interface(module)
    const refusal = (arriving[cls] as Arriving).refuse(this.#guards.rx, cycle)
    if (refusal === undefined) counts.refused++
    return refusal
  }

  /** The receive guard of a module dropped a packet. */
  drop(module: number, cls: MessageClass): Refusal | undefined {
    const { arriving, counts } = this.#interface(module)
    const refusal = (arriving[cls] as Arriving).drop()
    if (refusal === undefined) counts.drained++
    return refusal
  }

  /** The channel whose packet a module is receiving, if it is in the middle of one. */
  delivering(module: number, cls: MessageClass): Channel | undefined {
    return this.#interface(module).arriving[cls]?.channel
  }

  /** Whether a module has injected a packet only in part. */
  injecting(module: number, cls: MessageClass): boolean {
    return this.#interface(module).sending[cls]?.outgoing.atHead === false
  }

  /** Flits that are in the network although nothing moves any more, and that no guard dropped. */
  get lost(): number {
    if (this.travelling === 0) return 0
    let lost = 0
    for (const { arriving, channels } of this.#interfaces)
      channels.forEach((own, cls) => {
        const left = own.reduce((sum, { flits }) => sum + flits.length, 0)
        if (left > 0 && !(arriving[cls] as Arriving).accountsFor(own)) lost += left
      })
    return lost
  }

  #interface(module: number): Interface {
    return this.#interfaces[module] as Interface
  }

  #exists(id: number): boolean {
    return this.route(id) >= 0 || (id >> 8 === this.#chip && this.#windows.has(id & 0xff))
  }

  /** A flit of a packet of the announced length, towards the network. */
  #enter(module: number, cls: number, flit: bigint, open: bigint, cycle: number): void {
    const own = this.#interface(module)
    const sending = own.sending[cls] as Sending
    if (sending.flits === 0) this.#begin(module, cls, flit)
    const sent = sending.flits === 0 ? sending.head : flit
    if (sending.verdict === 'enters') this.#put(sending.channel as Channel, sent, open, cycle)
    if (sending.flits === 2)
      sending.label = open === 0n && flitSelect(flit) !== 0 ? Number(flitData0(flit) & 0xffffn) : 0
    // Flits that the interface adds later cost tokens too; when they leave is not known here.
    if (open === 0n && (sending.verdict === 'enters' || sending.verdict === 'window') && cls % 2 === 0)
      own.bucket?.pay(cycle)
    sending.flits++
    if (flitBurst(sent)) return
    sending.flits = 0
    if (sending.verdict === 'missing') this.#answer(module, answerOfMissing(sending.head, sending.label), false, cycle)
    if (sending.verdict === 'window') this.#atWindow(module, sending.head, cycle)
  }

  #begin(module: number, cls: number, flit: bigint): void {
    const own = this.#interface(module)
    const sending = own.sending[cls] as Sending
    const keepsSource = own.chips.includes(flitSource(flit) >> 8)
    const head = keepsSource ? flit : (flit & ~sourceBits) | stamp(own.id)
    sending.head = head
    sending.label = 0
    sending.channel = undefined
    if (streamOf(flitMode(flit), this.classes) !== cls) {
      own.counts.wrongMode++
      sending.verdict = 'dropped'
      return
    }
    const id = flitTarget(flit)
    const target = this.route(id)
    sending.verdict = target >= 0 ? 'enters' : this.#exists(id) ? 'window' : 'missing'
    if (sending.verdict === 'missing') own.counts.missingTarget++
    if (target >= 0) sending.channel = this.#channel(target, cls, flitSource(head), id, module, true)
  }

  #atWindow(module: number, head: bigint, cycle: number): void {
    const mode = flitMode(head)
    if (streamOf(mode, this.classes) !== 0) return
    const offset = flitAddress(head) - registerWindow
    // Whoever may write sets the rate of the modules at the router; from then on it is not known here.
    if (mode === modes.WRITE_POSTED && offset >= rateAt && offset < rateAt + 8 * rateCount)
      for (const limited of this.#windows.get(flitTarget(head) & 0xff) ?? []) {
        this.#interface(limited).bucket = undefined
      }
    this.#answer(module, answerOfWindow(head), true, cycle)
  }

  /** An answer to the module, in the stream of its mode. */
  #answer(module: number, answer: LocalAnswer | undefined, isRemote: boolean, cycle: number): void {
    if (answer === undefined) return
    const { flit, open } = answer
    const cls = streamOf(flitMode(flit), this.classes) as number
    this.#put(this.#channel(module, cls, flitSource(flit), flitTarget(flit), -1, isRemote), flit, open, cycle)
  }

  #channel(target: number, cls: number, from: number, to: number, source: number, isRemote: boolean): Channel {
    const { byPair, channels } = this.#interface(target)
    const pair = pairOf(from, to)
    const known = byPair[cls]?.get(pair)
    if (known !== undefined) return known
    const channel: Channel = { source, isRemote, flits: new Queue() }
    byPair[cls]?.set(pair, channel)
    channels[cls]?.push(channel)
    return channel
  }

  #put(channel: Channel, flit: bigint, open: bigint, cycle: number): void {
    channel.flits.push({ flit, open, cycle })
    this.travelling++
  }
}
