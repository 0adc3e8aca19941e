/** How close traffic comes to the computed bounds: searched for on small systems. NoC sections 10.6 and 12.3. */
import { searchWorstCase } from '#sim/traffic'
import { gridModules, meshSystem, type NetworkChoice, type NetworkDescription, starmesh2x2x3 } from '#topology'
import { hardware } from '../../test/support/noc.ts'
import { type NocSettings, told } from './noc-networks.ts'
import { goalRow, type Row } from './row.ts'

interface Searched {
  readonly name: string
  readonly system: NetworkDescription
  readonly onlyTarget?: number
  readonly cycles: number
}

/** Short packets and shallow buffers: the bound of any traffic multiplies along the way. */
const small = { longestPacket: 9, depth: 4, counters: false, guards: { tx: 8, rx: 0 } } as const

const searches = (arbitration: NetworkChoice['arbitration']): readonly Searched[] => [
  {
    name: `any traffic, one router, ${arbitration}`,
    system: {
      ...{ name: 'star_3', chip: 0, modules: gridModules(1, 1, 3) },
      network: { topology: { kind: 'star' }, ...small, arbitration },
    },
    cycles: 1500,
  },
  {
    name: `any traffic, two routers, ${arbitration}`,
    system: { ...meshSystem({ columns: 2, rows: 1 }), network: { ...small, arbitration } },
    cycles: 2000,
  },
  {
    name: `any traffic, three routers, ${arbitration}`,
    system: { ...meshSystem({ columns: 3, rows: 1 }), network: { ...small, arbitration } },
    cycles: 3000,
  },
  {
    name: `one target, 2x2x3, ${arbitration}`,
    system: { ...starmesh2x2x3, network: { longestPacket: 34, arbitration } },
    onlyTarget: 3,
    cycles: 6000,
  },
]

/** The largest part of its bound that any packet reached; above 1 the bound would be wrong. */
export const boundRows = (settings: NocSettings): readonly Row[] => {
  const { seeds, cycles, onProgress } = settings
  const isQuick = cycles < 16_000
  return (['sourceWeighted', 'roundRobin', 'age'] as const)
    .flatMap(searches)
    .map(({ name, system, onlyTarget, ...run }) => {
      const { carrier, network } = hardware(system)
      const worst = seeds.map((seed) => {
        onProgress(`worst case of ${name}, seed ${seed}`)
        const effort = { attempts: isQuick ? 10 : 40, climbs: isQuick ? 20 : 120 }
        return searchWorstCase(carrier, network, {
          ...{ ...effort, ...run, seed },
          ...(onlyTarget === undefined ? {} : { onlyTarget }),
        })
      })
      const fault = worst.flatMap(({ faults }) => faults)[0]
      if (fault !== undefined) throw new Error(`${name}: ${fault}`)
      const share = Math.max(...worst.map((one) => one.share))
      return told(settings, goalRow(`worst found by bound, ${name}`, share, '', { goal: 1 }))
    })
}
