import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { bodyFlit, encode, headFlit, modes } from '#layout'
import { network } from '#hdl/noc'
import { simulate } from '#sim/simulate'
import { type SeenPacket, watchChannels } from '#sim/traffic'
import { meshSystem, planNetwork } from '#topology'

const system = { ...meshSystem({ columns: 2, rows: 1 }), network: { counters: false } }
const page = readFileSync(fileURLToPath(new URL('../../docs/noc.md', import.meta.url)), 'utf8')

/** A write of two lines from m00 to m20: three flits. */
const packet = [
  encode(headFlit, {
    ...{ burst: 1, arq: 0, bsel: 0xff, sourceMod: 0, sourceChip: 0, targetMod: 0x20, targetChip: 0 },
    ...{ mode: modes.WRITE_POSTED, address: 0x3000, data0: 2n },
  }),
  encode(bodyFlit, { burst: 1, arq: 0, bsel: 0xff, data1: 0n, data0: 0x11n }),
  encode(bodyFlit, { burst: 0, arq: 0, bsel: 0xff, data1: 0n, data0: 0x22n }),
]

const signals = [
  'ni_m00.toNetwork[0].valid',
  'router_x0_y0.to[0].valid',
  'router_x1_y0.to[1].valid',
  'ni_m20.deliver[0].valid',
]

const run = () => {
  const sim = simulate(network(system), { record: signals })
  const seen: SeenPacket[] = []
  watchChannels(sim, planNetwork(system), (one) => seen.push(one))
  const [inject] = sim.io.inject[0]!
  sim.io.deliver[1]![0]!.ready.value = 1
  for (const flit of packet) {
    inject!.payload.value = flit
    inject!.valid.value = 1
    sim.until(inject!.ready)
    sim.step()
  }
  inject!.valid.value = 0
  sim.step(5)
  return { sim, seen }
}

describe('a packet of three flits over two routers', () => {
  test('passes as docs/noc.md shows it', () => {
    const { sim } = run()

    expect(page).toContain(`\`\`\`text\n${sim.wave.text}\n\`\`\``)
  })

  test('is one packet on every channel, one cycle later on each', () => {
    const { seen } = run()

    expect(seen.map(({ channel, latency }) => [channel, latency])).toEqual([
      ['m00 >', 0],
      ['x0_y0.east', 1],
      ['> m20', 2],
    ])
    for (const one of seen)
      expect(one).toMatchObject({ source: 0, target: 0x20, class: 0, number: 0, mode: modes.WRITE_POSTED, flits: 3 })
  })
})
