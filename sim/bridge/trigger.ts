// Conditions that end a run: prepared once, armed by one bit each.

import { type PortSlot, SimulationError, didYouMean } from '#sim/build'

/** A condition on an output, looked at in every cycle. */
export interface TriggerDescription {
  /** Name of an output. */
  readonly port: string
  /**
   * `level` fires in a cycle in which the condition holds, `rising` when it did not hold in the cycle before,
   * `falling` when it held in the cycle before and does not any more, `change` when a bit under the mask changed.
   */
  readonly kind: 'level' | 'rising' | 'falling' | 'change'
  /** Bits that matter. @defaultValue all */
  readonly mask?: bigint
  /** The condition is: the bits under the mask equal `value`. Without it: they are not all zero. */
  readonly value?: bigint
}

const kinds = { level: 0, rising: 1, falling: 2, change: 3 } as const

/** 32-bit words of a trigger's description: kind, whether a value is compared, port, where mask and value are. */
const stride = 4

/** Triggers that the simulator knows; all are enabled at first. */
export class TriggerSet {
  readonly triggers: readonly TriggerDescription[]
  /** The memory that the shim reads; alive as long as its simulation. */
  readonly block: ArrayBuffer
  /** The number by which the simulation knows the set. */
  readonly id: number
  readonly #words: Uint32Array
  readonly #groups: number
  readonly #slots: readonly PortSlot[]

  constructor(
    triggers: readonly TriggerDescription[],
    ports: readonly PortSlot[],
    register: (block: ArrayBuffer, count: number) => number,
  ) {
    this.triggers = triggers
    this.#groups = Math.ceil(triggers.length / 32)
    const indices = triggers.map((trigger) => outputIndex(trigger.port, ports))
    this.#slots = indices.map((index) => ports[index] as PortSlot)
    const dataWords = this.#slots.reduce((sum, slot) => sum + 2 * slot.words, 0)
    const descriptions = 2 * this.#groups
    this.block = new ArrayBuffer(Math.max(1, descriptions + stride * triggers.length + dataWords) * 4)
    this.#words = new Uint32Array(this.block)

    let data = descriptions + stride * triggers.length
    triggers.forEach((trigger, index) => {
      const at = descriptions + stride * index
      this.#words.set([kinds[trigger.kind], 0, indices[index] as number, data], at)
      this.retarget(index, trigger)
      this.enable(index)
      data += 2 * (this.#slots[index] as PortSlot).words
    })
    this.id = register(this.block, triggers.length)
  }

  /** Has trigger `index` watched by the next runs. */
  enable(index: number): void {
    this.#words[index >>> 5] = (this.#words[index >>> 5] as number) | (1 << (index & 31))
  }

  /** Has trigger `index` ignored by the next runs. */
  disable(index: number): void {
    this.#words[index >>> 5] = (this.#words[index >>> 5] as number) & ~(1 << (index & 31))
  }

  /** Disables all triggers. */
  disableAll(): void {
    this.#words.fill(0, 0, this.#groups)
  }

  /** Whether trigger `index` fired in the last cycle of the last run. */
  fired(index: number): boolean {
    return ((this.#words[this.#groups + (index >>> 5)] as number) & (1 << (index & 31))) !== 0
  }

  /** The triggers that fired in the last cycle of the last run, in order. */
  firedIndices(): readonly number[] {
    const indices: number[] = []
    for (let group = 0; group < this.#groups; group++) {
      for (let rest = this.#words[this.#groups + group] as number; rest !== 0; rest &= rest - 1) {
        indices.push(group * 32 + 31 - Math.clz32(rest & -rest))
      }
    }
    return indices
  }

  /** Gives trigger `index` another mask and value; the port and the kind stay. */
  retarget(index: number, condition: Pick<TriggerDescription, 'mask' | 'value'>): void {
    const slot = this.#slots[index]
    if (slot === undefined) throw new RangeError(`there is no trigger ${index}, there are ${this.triggers.length}`)
    const all = (1n << BigInt(slot.bits)) - 1n
    const mask = condition.mask ?? all
    const value = condition.value ?? 0n
    if (mask < 0n || mask > all || value < 0n || (value & ~mask) !== 0n) {
      throw new SimulationError({
        code: 'SIM-0205',
        title: `the trigger on \`${slot.name}\` compares bits that the port's ${slot.bits} bits or the mask do not have`,
      })
    }
    const at = 2 * this.#groups + stride * index
    this.#words[at + 1] = condition.value === undefined ? 0 : 1
    const data = this.#words[at + 3] as number
    for (let word = 0; word < slot.words; word++) {
      this.#words[data + word] = Number((mask >> BigInt(32 * word)) & 0xffff_ffffn)
      this.#words[data + slot.words + word] = Number((value >> BigInt(32 * word)) & 0xffff_ffffn)
    }
  }
}

function outputIndex(name: string, ports: readonly PortSlot[]): number {
  const index = ports.findIndex((port) => port.name === name && port.direction === 'output')
  if (index >= 0) return index
  const isInput = ports.some((port) => port.name === name)
  const outputs = ports.filter((port) => port.direction === 'output').map((port) => port.name)
  throw new SimulationError({
    code: 'SIM-0205',
    title: isInput ? `a trigger watches outputs, and \`${name}\` is an input` : `there is no output \`${name}\``,
    ...(isInput ? {} : { help: didYouMean(name, outputs) }),
  })
}
