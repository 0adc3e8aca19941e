/**
 * Two compute tiles with a direct link of one cycle in each direction and class, as in the measurements of TCU section 11.2, and
 * a driver for their cores.
 */
import { bit, connect, input, instance, module, output, stream, uint } from '#edsl'
import { registerSlice } from '#hdl/lib'
import { registerAccess, registerAnswer, type TcuParameters } from '#hdl/tcu'
import { computeTile } from '#hdl/tile'
import { command, commit, decode, encode, endpointRegister, flitBits, memoryOffset, registers } from '#layout'
import { simulate, type Simulator } from '#sim/simulate'
import type { EndpointWords } from '../../../support/tcu-driver.ts'

export const linkedParameters: TcuParameters = {
  memoryBase: memoryOffset,
  memoryBytes: 64 * 1024,
  clockHz: 100_000_000,
  sendTimeoutCycles: 100_000,
}

/** Module ids of the two tiles. */
export const mods = [0, 1] as const
export type Side = 0 | 1

const flits = uint(flitBits)

/**
 * The tiles `a` and `b`. What one sends arrives at the other in the next cycle.
 *
 * Ports: `cores`, `answers` the register ports; `requests`, `responses` high while a flit of the class enters each tile.
 */
const linkedTiles = (parameters: TcuParameters = linkedParameters) =>
  module(
    'linked_tiles',
    {
      cores: [input(stream(registerAccess)), input(stream(registerAccess))],
      answers: [output(registerAnswer), output(registerAnswer)],
      requests: [output(bit), output(bit)],
      responses: [output(bit), output(bit)],
    },
    (ports) => {
      const tiles = ['a', 'b'].map((name) => instance(computeTile(parameters), `tile_${name}`))
      tiles.forEach((tile, index) => {
        tile.own.drive({ chip: 0, mod: mods[index]! })
        tile.descriptor.drive(0)
        connect(tile.core, ports.cores[index]!)
        ports.answers[index]!.drive(tile.coreAnswer)
      })
      tiles.forEach((tile, index) => {
        const other = tiles[1 - index]!
        const requests = instance(registerSlice(flits, 'valid'))
        const responses = instance(registerSlice(flits, 'valid'))
        connect(requests.from, tile.requestOut)
        connect(other.requestIn, requests.to)
        connect(responses.from, tile.responseOut)
        connect(other.responseIn, responses.to)
        ports.requests[1 - index]!.drive(requests.to.fire)
        ports.responses[1 - index]!.drive(responses.to.fire)
      })
    },
  )

type Ports = ReturnType<typeof linkedTiles>['ports']

/** A step of a TCU: when, whose, what. */
export interface Step {
  readonly cycle: number
  readonly side: Side
  readonly kind: string
  readonly error: number
  readonly address: number
}

/** Drives the register ports of both tiles. */
export class LinkedTiles implements Disposable {
  readonly sim: Simulator<Ports>

  constructor(parameters: TcuParameters = linkedParameters) {
    this.sim = simulate(linkedTiles(parameters), { probes: ['commit', 'memory'] })
  }

  /** Offers an access until it is taken; returns the cycle in which it was. */
  #access(side: Side, write: 0 | 1, address: number, data: bigint): number {
    const port = this.sim.io.cores[side]
    port.payload.value = { write, address, enables: 0xff, data }
    port.valid.value = 1
    this.sim.until(port.ready)
    const { cycle } = this.sim
    this.sim.step()
    port.valid.value = 0
    return cycle
  }

  write(side: Side, address: number, data: bigint): number {
    return this.#access(side, 1, address, data)
  }

  read(side: Side, address: number): bigint {
    this.#access(side, 0, address, 0n)
    return this.sim.io.answers[side].value.data
  }

  writeEp(side: Side, ep: number, words: EndpointWords): void {
    for (const word of [2, 1, 0] as const) this.write(side, endpointRegister(ep, word), words[word])
  }

  readEp(side: Side, ep: number): EndpointWords {
    return [0, 1, 2].map((word) => this.read(side, endpointRegister(ep, word))) as unknown as EndpointWords
  }

  /** Runs a command; returns its error code and the cycles from the write of COMMAND to the first that shows op 0. */
  run(
    side: Side,
    op: number,
    ep: number,
    more: { readonly arg0?: number; readonly address?: number; readonly bytes?: number; readonly arg1?: bigint } = {},
  ): { readonly error: number; readonly cycles: number } {
    const { arg0 = 0, address = 0, bytes = 0, arg1 = 0n } = more
    this.write(side, registers.DATA_ADDR, BigInt(address))
    this.write(side, registers.DATA_SIZE, BigInt(bytes))
    this.write(side, registers.ARG1, arg1)
    this.sim.step(3)
    this.steps()
    const from = this.write(side, registers.COMMAND, encode(command, { reserved: 0, arg0, error: 0, ep, op }))
    const running = `tile_${side === 0 ? 'a' : 'b'}.tcu.registers.arguments.running`
    this.sim.until(() => this.sim.peek(running) === 0, { limit: 200_000 })
    const cycles = this.sim.cycle - from
    this.sim.step(20)
    return { error: decode(command, this.read(side, registers.COMMAND)).error, cycles }
  }

  /** Steps since the last call. */
  steps(): readonly Step[] {
    return this.sim.records('commit', commit).map(({ cycle, path, value }) => ({
      cycle,
      side: path.some((name) => name === 'tile_a') ? 0 : 1,
      kind: value.kind,
      error: value.error,
      address: value.address,
    }))
  }

  [Symbol.dispose](): void {
    this.sim.close()
  }
}
