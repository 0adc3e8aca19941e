/** Records made by hand for tests of the replay, packed with the layouts alone. */
import { commit, encode, memoryAccess } from '#layout'
import type { Plain, ProbeName, SystemDescription } from '#layout'
import type { StepRecord } from '#model'

/** Two tiles with the ids and addresses of TCU section 9, and a memory tile. */
export const pair: SystemDescription = {
  name: 'pair',
  chip: 3,
  columns: 2,
  rows: 2,
  clockHz: 100_000_000,
  sendTimeoutCycles: 1000,
  modules: [
    { kind: 'compute', name: 'a', mod: 0x06, memoryBase: 0, memoryBytes: 65536, role: 'kernel' },
    { kind: 'compute', name: 'b', mod: 0x25, memoryBase: 0, memoryBytes: 65536, role: 'user' },
    { kind: 'memory', name: 'm', mod: 0x24, memoryBase: 0, memoryBytes: 65536 },
    { kind: 'host', name: 'h', mod: 0x05 },
  ],
}

export const commitBits = (fields: Partial<Plain<typeof commit>> & { kind: Plain<typeof commit>['kind'] }): bigint =>
  encode(commit, { error: 0, ep: 0, address: 0, enables: 0, data: 0n, ...fields })

export const accessBits = (
  fields: Partial<Plain<typeof memoryAccess>> & { user: Plain<typeof memoryAccess>['user'] },
): bigint => encode(memoryAccess, { store: 0, address: 0, enables: 0, data: 0n, ...fields })

/** A flit as the specifications write it: 38 bits of header part, 100 bits of payload part. */
export const flit = (header: bigint, payload: bigint): bigint => (header << 100n) | payload

/** Writes records down, one cycle after the other unless told otherwise. */
export class Script {
  readonly records: StepRecord[] = []
  #cycle = 0

  at(cycle: number): this {
    this.#cycle = cycle
    return this
  }

  add(module: string, probe: ProbeName, ...bits: readonly bigint[]): this {
    for (const each of bits) this.records.push({ cycle: this.#cycle++, module, probe, bits: each })
    return this
  }

  commit(module: string, fields: Parameters<typeof commitBits>[0]): this {
    return this.add(module, 'commit', commitBits(fields))
  }

  write(module: string, address: number, data: bigint): this {
    return this.commit(module, { kind: 'coreWrite', address, data, enables: 0xff })
  }

  read(module: string, address: number, data: bigint): this {
    return this.commit(module, { kind: 'coreRead', address, data })
  }

  load(module: string, user: 'command' | 'response', address: number): this {
    return this.add(module, 'memory', accessBits({ user, address, enables: 0xffff }))
  }

  store(module: string, user: 'receive' | 'readData', address: number, data: bigint, enables = 0xffff): this {
    return this.add(module, 'memory', accessBits({ user, store: 1, address, enables, data }))
  }
}
