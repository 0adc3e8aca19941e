/** Closed loads: the requests and answers of NoC section 3.5, all rows, and the M3-like mix of 12.1. */
import { requestAnswer, requestAnswerRows, rpcMix, rpcRoles } from '#sim/traffic'
import { type NocSettings, networkOf, told, variants, variantText } from './noc-networks.ts'
import { goalRow, type Row } from './row.ts'

/** Cycles of the reference's figures. */
const referenceCycles = 200_000

/** How much more than the reference is wanted, by the longer of request and answer. */
const factorOf = (flits: number): number => (flits === 1 ? 1.5 : flits === 9 ? 1.25 : 1.2)

/** The row that the first network misses has a network of its own. NoC section 12.3 lets parameters differ per row. */
const variantOf = ({ answer, outstanding }: { readonly answer: number; readonly outstanding: number }) =>
  answer === 9 && outstanding === 4 ? 'age' : 'plain'

/** Transactions of each row of the table in 200,000 cycles, or cycle of the deadlock. */
export const requestAnswerBench = (settings: NocSettings): readonly Row[] => {
  const cycles = settings.closedCycles
  return requestAnswerRows.map((row): Row => {
    const { request, answer, queue, outstanding, reference } = row
    const variant = variantOf(row)
    const { carrier, network } = networkOf('2x2x3', variants[variant], settings)
    const suffix = variant === 'plain' ? '' : `, ${variantText(variant)}`
    const name = `requests ${request} / ${answer}, Q ${queue}, ${outstanding} outstanding${suffix}`
    settings.onProgress(name)
    const { transactions, deadlockedAt, faults } = requestAnswer(carrier, network, {
      ...row,
      cycles,
      seed: settings.seeds[0]!,
    })
    if (deadlockedAt !== undefined) throw new Error(`${name}: deadlock at cycle ${deadlockedAt}`)
    if (faults.length > 0) throw new Error(`${name}: ${faults[0]}`)
    settings.seen.packets += 2 * transactions
    const value = Math.round((transactions * referenceCycles) / cycles)
    // The factor is wanted where the queue was long enough for the reference to go on.
    const goal =
      reference === undefined
        ? 1
        : queue === 8 || answer === 1
          ? reference * factorOf(Math.max(request, answer))
          : reference
    return told(settings, goalRow(name, value, 'per 200,000 cycles', { reference, goal, better: 'more' }))
  })
}

/** Calls, bulk transfers and caches at once. */
export const rpcRows = (settings: NocSettings): readonly Row[] => {
  const { seeds, warmUp, cycles, onProgress } = settings
  const { carrier, network } = networkOf('2x2x3', { classes: 4 }, settings)
  onProgress('rpcMix')
  const roles = rpcRoles(network)
  const found = seeds.map((seed) => rpcMix(carrier, network, { ...roles, cached: roles.servers, seed, warmUp, cycles }))
  for (const { faults } of found) settings.seen.faults.push(...faults)
  const mean = (of: (one: (typeof found)[number]) => number): number =>
    found.reduce((sum, one) => sum + of(one), 0) / found.length
  return [
    goalRow(
      'rpcMix, calls',
      mean((one) => one.callsPer1000Cycles),
      'per 1,000 cycles',
      {},
    ),
    goalRow(
      'rpcMix, round trip, mean',
      mean(({ roundTrip }) => roundTrip.mean),
      'cycles',
      {},
    ),
    goalRow(
      'rpcMix, round trip, p99',
      mean(({ roundTrip }) => roundTrip.p99),
      'cycles',
      {},
    ),
    goalRow('rpcMix, round trip, max', Math.max(...found.map(({ roundTrip }) => roundTrip.max)), 'cycles', {}),
    goalRow(
      'rpcMix, network in the round trip',
      mean((one) => one.networkShare),
      '',
      {},
    ),
  ]
}
