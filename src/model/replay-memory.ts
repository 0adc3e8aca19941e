/**
 * Replays the accesses of a TCU to its local memory. Loads take the lines of a transfer in ascending order; stores write
 * the bytes of a packet that have arrived, each once, in ascending order, and nothing else. TCU sections 7.3 to 7.6.
 */
import { lineBytes, memoryUsers } from '#layout'
import { hex } from './bits.ts'
import type { MemoryFields } from './records.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { dueStore, loadLine, packetToStore, storableBytes, storeBytes, storeEnables, storeMask } from './tcu-memory.ts'
import type { DueStore } from './tcu-memory.ts'
import type { TcuState } from './tcu-state.ts'

const users = memoryUsers.codes
const due: DueStore = { address: 0, firstLane: 0, bytes: 0, data: 0n }

/** Applies a memory access. */
export const applyMemory = (tcu: TcuState, access: Readonly<MemoryFields>): Refusal | undefined => {
  if (access.address % lineBytes !== 0 || !tcu.memory.holds(access.address, lineBytes))
    return refuse('no access', 'an access names a line inside local memory', 'commit.ts')
  if (access.user === users.accelerator) return applyOwnStore(tcu, access)
  const stores = access.user === users.receive || access.user === users.readData
  if (stores !== (access.store === 1))
    return refuse(stores ? 'a store' : 'a load', 'commands and answers load, packets and read data store', 'commit.ts')
  return stores ? applyStore(tcu, access) : applyLoad(tcu, access)
}

/** The logic of an accelerator writes what it likes into its own memory, as a core does. */
const applyOwnStore = (
  tcu: TcuState,
  { store, address, enables, data }: Readonly<MemoryFields>,
): Refusal | undefined => {
  if (tcu.module.kind !== 'accelerator' || store === 0)
    return refuse('no access', 'only the logic of an accelerator stores beside the TCU', 'commit.ts')
  for (let lane = 0; lane < lineBytes; lane++)
    if (((enables >>> lane) & 1) === 1)
      tcu.memory.write(address + lane, Uint8Array.of(Number((data >> BigInt(8 * lane)) & 0xffn)))
  return undefined
}

const applyLoad = (tcu: TcuState, access: Readonly<MemoryFields>): Refusal | undefined => {
  if (access.data !== 0n) return refuse('data 0', 'the data of a load is 0', 'commit.ts')
  if (loadLine(tcu, access.user, access.address)) return undefined
  const transfer = access.user === users.command ? tcu.running?.transfer : tcu.unloaded.front
  const wanted = transfer?.wantedLine ?? -1
  return refuse(
    wanted < 0 ? 'no load' : `a load of ${hex(wanted)}`,
    'loads take the lines of what is being sent, once and in order',
    'tcu.md 7.4',
  )
}

const applyStore = (tcu: TcuState, access: Readonly<MemoryFields>): Refusal | undefined => {
  const packet = packetToStore(tcu, access.user)
  if (packet === undefined)
    return refuse('no store', 'no packet is at the front whose bytes may be stored now', 'tcu.md 7.5, noc.md 7.2')
  if (storableBytes(packet) <= 0)
    return refuse('no store', 'every byte that has arrived is stored already', 'tcu.md 7.5')
  // the enabled lanes tell how many bytes are stored: an ascending run from the next byte
  const lane = (packet.to + packet.stored) % lineBytes
  const run = access.enables >>> lane
  dueStore(packet, 32 - Math.clz32(run), due)
  if (access.address !== due.address || access.enables === 0 || access.enables !== storeEnables(due)) {
    dueStore(packet, lineBytes, due)
    return refuse(
      `a store at ${hex(due.address)} under ${hex(storeEnables(due))}, or its lower part`,
      'stores write the bytes of the packet that have arrived, in order, and nothing else',
      'tcu.md 4.2, 7.6',
    )
  }
  if (((access.data ^ due.data) & storeMask(due)) !== 0n)
    return refuse(`data ${hex(due.data)}`, 'the bytes are those of the packet', 'tcu.md 7.3')
  storeBytes(tcu, access.user, packet, due)
  return undefined
}
