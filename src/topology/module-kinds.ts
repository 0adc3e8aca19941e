/** What the kinds of modules send, and what they wait for before they take a packet. Source: NoC sections 2.8, 7.5, 11.4. */
import type { MessageClass } from '#layout'

/** Something that a module may have to do before it can take the next packet of a class. */
export interface Wait {
  readonly for: 'injecting' | 'receiving'
  readonly class: MessageClass
  readonly because: string
}

/** What the deadlock check has to know of a module. */
export interface ModuleKind {
  readonly summary: string
  /**
   * For each of the four classes what taking a packet may wait for. A kind says it for all of them: one that takes no
   * packets of a class drops them, and waits for nothing.
   */
  readonly waits: Readonly<Record<MessageClass, readonly Wait[]>>
  /** Classes that the kind needs of a network: 1 for traffic without meaning. NoC R-CLASS-2. */
  readonly needs: 1 | 2 | 3 | 4
  /** Whether it takes every packet within a bound by construction, so that `guards.rx` may be 0. NoC section 10.7. */
  readonly sinks: 'bounded' | 'guarded'
}

/** Kind of the modules that the planner adds: the register window of a router. NoC section 10.9. */
export const registersKind = 'registers'

const injecting = (messageClass: MessageClass, because: string): Wait => ({
  for: 'injecting',
  class: messageClass,
  because,
})
const receiving = (messageClass: MessageClass, because: string): Wait => ({
  for: 'receiving',
  class: messageClass,
  because,
})

const answers = injecting(1, 'a request is answered or acknowledged')
const answersCores = injecting(3, 'a read of a core bridge is answered')
const misses = [
  injecting(2, 'the received bytes may miss in the cache'),
  receiving(3, 'the received bytes may miss in the cache, and the line has to come'),
]

/** All kinds that the library has. */
export const moduleKinds: Readonly<Record<string, ModuleKind>> = Object.freeze({
  compute: {
    summary: 'tile with a core, a TCU and a scratchpad',
    waits: { 0: [answers], 1: [], 2: [], 3: [] },
    needs: 2,
    sinks: 'bounded',
  },
  accelerator: {
    summary: 'tile with accelerator logic, a TCU and a scratchpad',
    waits: { 0: [answers], 1: [], 2: [], 3: [] },
    needs: 2,
    sinks: 'bounded',
  },
  core: {
    summary: 'compute tile whose core also reads and writes memory by itself, through a core bridge',
    waits: { 0: [answers], 1: [], 2: [], 3: [] },
    needs: 4,
    sinks: 'guarded',
  },
  cached: {
    summary: 'tile whose local memory is a cache, with a core bridge',
    waits: { 0: [answers, ...misses], 1: misses, 2: [], 3: [] },
    needs: 4,
    sinks: 'guarded',
  },
  cachedBounded: {
    summary: 'cached tile whose TCU has room for all bytes that a READ has outstanding',
    waits: { 0: [answers, ...misses], 1: [], 2: [], 3: [] },
    needs: 3,
    sinks: 'guarded',
  },
  memory: {
    summary: 'on-chip memory behind a TCU without commands',
    waits: { 0: [answers], 1: [], 2: [answersCores], 3: [] },
    needs: 2,
    sinks: 'bounded',
  },
  dram: {
    summary: 'memory behind an AXI4 port',
    waits: { 0: [answers], 1: [], 2: [answersCores], 3: [] },
    needs: 2,
    sinks: 'guarded',
  },
  host: {
    summary: 'bridge to the host',
    waits: { 0: [answers], 1: [], 2: [], 3: [] },
    needs: 2,
    sinks: 'guarded',
  },
  uart: {
    summary: 'serial line',
    waits: { 0: [answers], 1: [], 2: [], 3: [] },
    needs: 2,
    sinks: 'guarded',
  },
  traffic: {
    summary: 'source and sink of packets that mean nothing, for measurements of the network alone',
    waits: { 0: [], 1: [], 2: [], 3: [] },
    needs: 1,
    sinks: 'bounded',
  },
  [registersKind]: {
    summary: 'registers of a router',
    waits: { 0: [answers], 1: [], 2: [], 3: [] },
    needs: 1,
    sinks: 'bounded',
  },
})

/**
 * The class of the network that carries a message class of NoC 2.8: with three classes both kinds of answers share one,
 * with two both kinds of requests do too, and one class carries everything.
 */
export const networkClass = (classes: 1 | 2 | 3 | 4, messageClass: MessageClass): MessageClass => {
  if (classes === 4) return messageClass
  if (classes === 3) return messageClass === 3 ? 1 : messageClass
  if (classes === 2) return messageClass === 0 || messageClass === 2 ? 0 : 1
  return 0
}
