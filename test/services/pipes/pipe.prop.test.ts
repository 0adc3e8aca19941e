import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CallError, codes } from '../../../src/kernel/index.ts'
import { Pipe } from '../../../src/services/pipes/server/pipe.ts'
import type { Direction, End, Outcome } from '../../../src/services/pipes/server/pipe.ts'

const long = process.env['TESSERA_LONG'] === '1'

interface Client {
  readonly end: End
  readonly direction: Direction
  state: 'idle' | 'waiting' | 'using' | 'closed'
  part: { readonly offset: number; readonly length: number }
}

type Step =
  | { readonly kind: 'open'; readonly direction: Direction }
  | { readonly kind: 'next'; readonly client: number }
  | { readonly kind: 'close'; readonly client: number }
  | { readonly kind: 'commit'; readonly client: number; readonly share: number }

const anyDirection = fc.constantFrom<Direction>('in', 'out')
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('open' as const), direction: anyDirection }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('next' as const), client: fc.nat(7) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      client: fc.nat(7),
      share: fc.double({ min: 0, max: 1.2, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), client: fc.nat(7) }) },
)

/** A pipe with memory, and beside it the bytes that must be in it, as a plain queue. */
class World {
  readonly memory: Uint8Array
  readonly queue: number[] = []
  readonly clients: Client[] = []
  readonly pipe: Pipe<Client>
  readonly gone: Record<Direction, boolean> = { in: false, out: false }
  ends = 0
  #next = 0

  constructor(size: number) {
    this.memory = new Uint8Array(size)
    this.pipe = new Pipe<Client>(size, (client, outcome) => {
      this.settle(client, outcome)
    })
    this.open('in')
    this.open('out')
  }

  open(direction: Direction): void {
    const end = { direction }
    this.pipe.open(end)
    this.clients.push({ end, direction, state: 'idle', part: { offset: 0, length: 0 } })
  }

  settle(client: Client, outcome: Outcome): void {
    expect(client.state).toBe('waiting')
    if (outcome.kind === 'error') {
      expect([client.direction, outcome.code, this.gone.in]).toEqual(['out', codes.EndOfFile, true])
      client.state = 'idle'
      return
    }
    const { part } = outcome
    if (part.length === 0) {
      expect([client.direction, this.queue.length, this.gone.out]).toEqual(['in', 0, true])
      client.state = 'idle'
      this.ends++
      return
    }
    expect(this.clients.filter(({ direction, state }) => direction === client.direction && state === 'using')).toEqual(
      [],
    )
    expect(part.offset + part.length).toBeLessThanOrEqual(this.memory.length)
    client.state = 'using'
    client.part = part
    const { offset, length } = part
    if (client.direction === 'out') for (let at = 0; at < length; at++) this.memory[offset + at] = this.#next++ & 0xff
    else expect([...this.memory.subarray(offset, offset + length)]).toEqual(this.queue.slice(0, length))
  }

  next(client: Client): void {
    if (client.state === 'using') this.use(client, client.part.length)
    client.state = 'waiting'
    this.pipe.next(client.end, client)
  }

  commit(client: Client, bytes: number): void {
    const action = () => {
      this.pipe.commit(client.end, bytes)
    }
    if (client.direction === 'out' && this.gone.in) expect(action).toThrow(CallError)
    else if (client.state !== 'using' || bytes > client.part.length) expect(action).toThrow(CallError)
    else {
      this.use(client, bytes)
      client.state = 'idle'
      action()
    }
  }

  close(client: Client): void {
    client.state = 'closed'
    this.gone[client.direction] ||= this.ofDirection(client.direction).length === 0
    this.pipe.close(client.end)
  }

  ofDirection(wanted: Direction): readonly Client[] {
    return this.clients.filter(({ direction, state }) => direction === wanted && state !== 'closed')
  }

  use({ direction, part }: Client, bytes: number): void {
    if (direction === 'in') this.queue.splice(0, bytes)
    else this.queue.push(...this.memory.subarray(part.offset, part.offset + bytes))
  }

  /** Nobody waits for something that is there. */
  expectNoneForgotten(): void {
    const waiting = this.clients.filter(({ state }) => state === 'waiting')
    const using = (wanted: Direction) =>
      this.clients.some((each) => each.state === 'using' && each.direction === wanted)
    for (const { direction } of waiting)
      if (direction === 'in') expect(using('in') || (this.queue.length === 0 && !this.gone.out)).toBe(true)
      else expect(using('out') || (this.queue.length > 0 && !this.gone.in) || using('in')).toBe(true)
  }
}

test('random use by several readers and writers gives the bytes of a plain queue, and forgets nobody', () => {
  const seen = { ends: 0, broken: 0 }
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 70 }), fc.array(anyStep, { maxLength: 120 }), (size, steps) => {
      const world = new World(size)
      for (const step of steps) {
        if (step.kind === 'open') {
          if (world.ofDirection(step.direction).length > 0 && world.clients.length < 8) world.open(step.direction)
        } else {
          const client = world.clients[step.client]
          if (client === undefined || client.state === 'closed') continue
          if (step.kind === 'close') world.close(client)
          else if (client.state === 'waiting') continue
          else if (step.kind === 'next') world.next(client)
          else world.commit(client, Math.max(1, Math.round(step.share * client.part.length)))
        }
        world.expectNoneForgotten()
      }
      seen.ends += world.ends
      seen.broken += world.gone.in ? 1 : 0
    }),
    { seed: 1, numRuns: long ? 100_000 : 3000 },
  )
  expect(Math.min(seen.ends, seen.broken)).toBeGreaterThan(0)
})
