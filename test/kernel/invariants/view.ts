/** What invariants look at: the state of the kernel, and the registers of all TCUs. */
import { decode, endpointCount, endpointRegister, endpointTypes, sendWord0, sendWord1 } from '#layout'
import type { Activity } from '../../../src/kernel/activity.ts'
import type { Capability } from '../../../src/kernel/capability.ts'
import type { KernelState } from '../../../src/kernel/kernel-state.ts'
import { standardEpCount } from '../../../src/kernel/numbers.ts'
import type { Endpoint } from '../../../src/kernel/objects.ts'
import type { Quota } from '../../../src/kernel/quota.ts'

/** Registers and memories of all tiles as they are now. */
export interface Machine {
  readonly register: (tile: number, offset: number) => bigint
  readonly memory: (tile: number, address: number, bytes: number) => Uint8Array
}

/** The three words of a valid endpoint. */
export interface ValidEndpoint {
  readonly tile: number
  readonly ep: number
  readonly type: number
  readonly words: readonly [bigint, bigint, bigint]
}

/** An endpoint by tile and number. */
export const placeOf = ({ tile, ep }: { readonly tile: number; readonly ep: number }): string =>
  `tile 0x${tile.toString(16)} EP ${ep}`

/** Everything at one moment at which no handler runs. */
export interface View {
  readonly kernel: KernelState
  readonly machine: Machine
  readonly activities: readonly Activity[]
  readonly capabilities: readonly Capability[]
  /** Endpoints that somebody allocated, and those for memory protection. */
  readonly endpoints: readonly Endpoint[]
  /** Valid endpoints of user tiles, by place. */
  readonly valid: ReadonlyMap<string, ValidEndpoint>
  readonly quotas: readonly Quota[]
}

export const viewOf = (kernel: KernelState, machine: Machine): View => {
  const activities = [...kernel.activities.values()]
  const capabilities = activities.flatMap(({ table }) => table.all())
  const allocated = capabilities.flatMap(({ object }) => (object.kind === 'ep' ? [object] : []))
  const tiles = [...kernel.tiles.values()]
  const endpoints = [...new Set([...allocated, ...tiles.flatMap(({ protection }) => protection)])]
  const valid = new Map(
    tiles.flatMap(({ id }) => validEndpoints(machine, id)).map((endpoint) => [placeOf(endpoint), endpoint]),
  )
  return { kernel, machine, activities, capabilities, endpoints, valid, quotas: quotasOf(activities, capabilities) }
}

/** The valid endpoints of a tile. */
export const validEndpoints = (machine: Machine, tile: number): readonly ValidEndpoint[] => {
  const found: ValidEndpoint[] = []
  for (let ep = 0; ep < endpointCount; ep++) {
    const word0 = machine.register(tile, endpointRegister(ep, 0))
    const type = Number(word0 & 7n)
    if (type === endpointTypes.invalid) continue
    const word = (index: number): bigint => machine.register(tile, endpointRegister(ep, index))
    found.push({ tile, ep, type, words: [word0, word(1), word(2)] })
  }
  return found
}

/** Where a send endpoint leads. */
export const targetOf = ({ words }: ValidEndpoint): { readonly tile: number; readonly ep: number } => {
  const { chip, tile, ep } = decode(sendWord1, words[1])
  return { tile: (chip << 8) | tile, ep }
}

/** Whether a TCU installed it to answer one message. */
export const isReply = ({ type, words }: ValidEndpoint): boolean =>
  type === endpointTypes.send && decode(sendWord0, words[0]).reply === 1

/** The activity whose standard endpoint this is. */
export const ownerOfStandard = (
  { activities }: View,
  { tile, ep }: { readonly tile: number; readonly ep: number },
): Activity | undefined =>
  activities.find(
    (activity) => activity.tile.tile.id === tile && ep >= activity.epsStart && ep < activity.epsStart + standardEpCount,
  )

/** Every quota that can be reached from a table or an activity and is not dissolved. */
const quotasOf = (activities: readonly Activity[], capabilities: readonly Capability[]): readonly Quota[] => {
  const found = new Set<Quota>()
  const add = (quota: Quota | undefined): void => {
    if (quota === undefined || found.has(quota)) return
    found.add(quota)
    add(quota.parent)
    quota.parts.forEach(add)
  }
  for (const { kernelMemory, tile } of activities) [kernelMemory.quota, tile.quota].forEach(add)
  for (const { object, payer } of capabilities) {
    add(payer)
    if (object.kind === 'kmem' || object.kind === 'tile') add(object.quota)
  }
  return [...found].filter(({ dissolved }) => !dissolved)
}

/** The quota to which something comes back that was taken from `quota`. */
export const living = (quota: Quota): Quota =>
  quota.dissolved && quota.parent !== undefined ? living(quota.parent) : quota
