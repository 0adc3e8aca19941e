/** How fast memory tiles are: flits per cycle with every cycle taken, requests back to back. */
import { flitBits } from '#layout'
import { simulate } from '#sim/simulate'
import { AxiSubordinate } from './axi-subordinate.ts'
import { axiBench, ramBench } from './memory-bench.ts'
import { commands, flitsOf, type Request } from './memory-traffic.ts'

export interface MemoryRate {
  /** Flits per cycle, of the answers to reads, or of the packets of writes. */
  readonly flits: number
  /** Bytes of data per cycle. */
  readonly bytes: number
}

/** What is measured: on-chip memory with one cycle, or memory behind AXI4 with that many cycles to its answer. */
export type MeasuredTile =
  { readonly kind: 'ram' } | { readonly kind: 'axi'; readonly dataBits: 64 | 128; readonly latency: number }

const bytesOfMemory = 64 * 1024

/** Reads or writes `size` bytes at consecutive addresses, `count` times. */
export const measureMemory = (
  tile: MeasuredTile,
  direction: 'read' | 'write',
  { size = 512, count = 40 }: { readonly size?: number; readonly count?: number } = {},
): MemoryRate => {
  const range = { memoryBase: 0, memoryBytes: bytesOfMemory }
  using sim =
    tile.kind === 'ram'
      ? simulate(ramBench(range), { watch: 'ports' })
      : simulate(axiBench({ ...range, dataBits: tile.dataBits }), { watch: 'ports' })
  if (tile.kind === 'axi')
    sim.attach(
      new AxiSubordinate((sim.io as unknown as { bus: object }).bus, 0, new Uint8Array(bytesOfMemory), {
        wordBytes: tile.dataBits / 8,
        seed: 1,
        latency: [tile.latency, tile.latency],
        stalls: 0,
        isBad: () => false,
      }),
    )
  const requests = Array.from({ length: count }, (_, index): Request => {
    const address = (index * size) % (bytesOfMemory - size)
    return direction === 'read'
      ? { kind: 'read', from: 6, address, size, to: 0 }
      : {
          kind: 'write',
          from: 6,
          address,
          lane: address % 16,
          data: Array.from({ length: size }, () => 1),
          form: 'burst',
        }
  })
  const flits = requests.flatMap((request) => flitsOf(request, commands))
  const { requests: inputs, answers: outputs } = sim.io
  const input = inputs[0]!
  const output = outputs[0]!
  output.ready.value = 1
  let taken = 0
  let answers = 0
  // From the first flit of data to the last one, each way.
  const cycles: number[] = []
  for (let cycle = 0; answers < count && cycle < 100_000; cycle++) {
    const flit = flits[taken]
    input.valid.value = flit === undefined ? 0 : 1
    if (flit !== undefined) input.payload.value = flit
    const moves = flit !== undefined && input.ready.value === 1
    const sends = output.valid.value === 1
    const isTail = output.payload.value >> BigInt(flitBits - 1) === 0n
    if (direction === 'read' ? sends : moves) cycles.push(cycle)
    sim.step()
    if (moves) taken++
    if (sends && isTail) answers++
  }
  const time = cycles.at(-1)! - cycles[0]! + 1
  return { flits: cycles.length / time, bytes: (count * size) / time }
}
