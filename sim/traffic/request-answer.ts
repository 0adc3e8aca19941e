// The closed request and answer load with which networks without classes deadlock. NoC section 3.5.

import type { Network } from '#topology'
import type { Carrier } from './carrier.ts'
import { drawsOf } from './draws.ts'
import { Exchange } from './exchange.ts'
import { trafficModules } from './patterns.ts'

/** A row of the table. */
export interface RequestAnswer {
  /** Flits of a request and of its answer. */
  readonly request: number
  readonly answer: number
  /** Answers that may wait for injection at a module before it takes nothing more. */
  readonly queue: number
  /** Requests of a module without an answer. */
  readonly outstanding: number
  /** @defaultValue 200000 */
  readonly cycles?: number
  readonly seed: number
  /** Classes of requests and answers: the same one where a deadlock is wanted. @defaultValue [0, 1] */
  readonly classes?: readonly [request: number, answer: number]
  /** Whether a full queue stops only requests (answers are always taken) or, as in the reference, everything. */
  readonly stops?: 'requests' | 'everything'
}

/** What came of it. */
export interface RequestAnswerResult {
  /** Requests that were answered. */
  readonly transactions: number
  /** Cycle of the last move, when nothing moved any more. */
  readonly deadlockedAt: number | undefined
  readonly faults: readonly string[]
}

/** Cycles in which nothing moves, after which nothing will: every module always wants to move something. */
const deadlockCycles = 2000

/** The rows of the reference's table with what it reached; undefined where it stopped. */
export const requestAnswerRows: readonly (Pick<RequestAnswer, 'request' | 'answer' | 'queue' | 'outstanding'> & {
  readonly reference: number | undefined
})[] = [
  { request: 1, answer: 1, queue: 4, outstanding: 1, reference: 89_437 },
  { request: 1, answer: 1, queue: 4, outstanding: 2, reference: 177_789 },
  { request: 1, answer: 1, queue: 4, outstanding: 4, reference: 343_865 },
  { request: 1, answer: 9, queue: 1, outstanding: 2, reference: undefined },
  { request: 1, answer: 9, queue: 2, outstanding: 2, reference: undefined },
  { request: 1, answer: 9, queue: 8, outstanding: 1, reference: 58_896 },
  { request: 1, answer: 9, queue: 8, outstanding: 2, reference: 83_310 },
  { request: 1, answer: 9, queue: 8, outstanding: 4, reference: 85_746 },
  { request: 1, answer: 33, queue: 1, outstanding: 1, reference: undefined },
  { request: 1, answer: 33, queue: 4, outstanding: 2, reference: undefined },
  { request: 1, answer: 33, queue: 8, outstanding: 1, reference: 22_335 },
  { request: 1, answer: 33, queue: 8, outstanding: 2, reference: 24_463 },
  { request: 1, answer: 33, queue: 8, outstanding: 4, reference: undefined },
  { request: 33, answer: 1, queue: 1, outstanding: 1, reference: undefined },
  { request: 33, answer: 1, queue: 2, outstanding: 1, reference: 21_164 },
  { request: 33, answer: 1, queue: 2, outstanding: 2, reference: undefined },
  { request: 131, answer: 1, queue: 2, outstanding: 2, reference: undefined },
]

/** Runs the load on modules that ask each other at random; the carrier is reset before. */
export const requestAnswer = (
  carrier: Carrier,
  network: Pick<Network, 'modules' | 'chip'>,
  { request, answer, queue, outstanding, cycles = 200_000, seed, classes = [0, 1], stops = 'requests' }: RequestAnswer,
): RequestAnswerResult => {
  carrier.reset()
  const [requestClass, answerClass] = classes
  const draws = drawsOf(seed)
  const modules = trafficModules(network).map(({ index }) => index)
  const open = new Int32Array(modules.length)
  const answers = new Int32Array(modules.length)
  let transactions = 0
  const isRequest = 0
  const isAnswer = 1
  const exchange: Exchange = new Exchange({
    carrier,
    network,
    accept: (accepts) => {
      for (const module of modules) {
        const room = answers[module]! < queue ? 1 : 0
        accepts[module * carrier.classes + requestClass] = room
        if (answerClass !== requestClass)
          accepts[module * carrier.classes + answerClass] = stops === 'everything' ? room : 1
      }
    },
    onDelivered: (packet) => {
      const { packets } = exchange
      const module = packets.target(packet)
      if (packets.tag(packet) === isRequest) {
        answers[module]!++
        exchange.send(module, packets.source(packet), answerClass, answer, isAnswer)
        return
      }
      transactions++
      open[module]!--
    },
    onSent: (packet) => {
      const { packets } = exchange
      if (packets.tag(packet) === isAnswer) answers[packets.source(packet)]!--
    },
  })
  while (exchange.cycle < cycles) {
    for (const module of modules) {
      while (open[module]! < outstanding) {
        open[module]!++
        const other = draws.below(modules.length - 1)
        exchange.send(module, other < module ? other : other + 1, requestClass, request, isRequest)
      }
    }
    exchange.step()
    if (exchange.cycle - exchange.lastMove > deadlockCycles)
      return { transactions, deadlockedAt: exchange.lastMove, faults: exchange.faults }
  }
  return { transactions, deadlockedAt: undefined, faults: exchange.faults }
}
