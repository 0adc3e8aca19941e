/** Random use of streams against a plain queue of bytes for each direction. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codes } from '../../../src/kernel/index.ts'
import { loopbackAddress } from '../../../src/services/net/protocol.ts'
import { Loopback } from '../../../src/services/net/server/loopback.ts'
import type { Socket } from '../../../src/services/net/server/socket.ts'

const long = process.env['TESSERA_LONG'] === '1'

/** One end as its owner sees it, with what has to come out of it. */
interface End {
  readonly socket: Socket
  readonly expected: number[]
  readonly received: number[]
  finished: boolean
  /** What its owner was told, apart from data. */
  readonly told: string[]
  /** Sends that have no answer yet. */
  pending: number
}

type Step =
  | { readonly kind: 'send'; readonly end: number; readonly bytes: number }
  | { readonly kind: 'take' | 'finish' | 'abort'; readonly end: number }

const anyEnd = fc.integer({ min: 0, max: 1 })
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('send' as const), end: anyEnd, bytes: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('take' as const), end: anyEnd }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('finish' as const), end: anyEnd }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('take' as const, 'abort' as const), end: anyEnd }),
  },
)

const newEnd = (socket: Socket): End => ({ socket, expected: [], received: [], finished: false, told: [], pending: 0 })

const take = (net: Loopback, end: End): boolean => {
  const event = net.take(end.socket)
  if (event?.kind === 'data') end.received.push(...event.bytes)
  else if (event !== undefined) end.told.push(event.kind)
  return event !== undefined
}

test('streams give the bytes of a plain queue, complete and in order, unless they are aborted', () => {
  const seen = { aborted: 0, closed: 0, waited: 0 }
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 90 }), fc.array(anyStep, { maxLength: 80 }), (room, steps) => {
      const net = new Loopback()
      const sizes = { bytes: room, messages: 64 }
      const ends = [newEnd(net.open('stream', sizes, 'a')), newEnd(net.open('stream', sizes, 'b'))] as const
      net.listen(ends[0].socket, 7)
      net.connect(ends[1].socket, { address: loopbackAddress, port: 7 })
      let next = 0
      let aborted = false
      for (const step of steps) {
        const [end, other] = [ends[step.end] as End, ends[1 - step.end] as End]
        if (step.kind === 'take') take(net, end)
        else if (aborted || end.finished || end.socket.state !== 'connected') continue
        else if (step.kind === 'send') {
          const bytes = Uint8Array.from({ length: step.bytes }, () => next++ & 0xff)
          other.expected.push(...bytes)
          end.pending++
          net.send(end.socket, { address: 0, port: 0 }, bytes, (error) => {
            end.pending--
            expect(error).toBe(aborted ? codes.SocketClosed : codes.Success)
          })
          seen.waited += end.pending > 0 ? 1 : 0
        } else if (step.kind === 'finish') {
          end.finished = true
          net.finish(end.socket, () => {})
        } else {
          aborted = true
          net.abort(end.socket)
        }
        for (const { received, expected } of ends) expect(received).toEqual(expected.slice(0, received.length))
      }
      while (ends.map((end) => take(net, end)).includes(true)) continue
      for (const end of ends) {
        expect(end.pending).toBe(0)
        if (!aborted) expect(end.received).toEqual(end.expected)
        const over = ends.every(({ finished }) => finished)
        if (!aborted) expect(end.told.includes('closed')).toBe(over)
        seen.closed += over ? 1 : 0
      }
      seen.aborted += aborted ? 1 : 0
    }),
    { seed: 1, numRuns: long ? 50_000 : 2000 },
  )
  expect(Math.min(seen.aborted, seen.closed, seen.waited)).toBeGreaterThan(0)
})
