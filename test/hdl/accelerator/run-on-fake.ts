/** Runs an accelerator, as hardware or as golden model, on a TCU that a test makes up, until it has exited or given up. */
import { accelerator } from '#hdl/accelerator'
import type { AcceleratorLogic } from '#layout'
import { acceleratorEps as eps, memoryOffset } from '#layout'
import { simulate } from '#sim/simulate'
import { acceleratorProgram } from '../../../src/model/accelerator/accelerator.ts'
import { FakeTcu, memoryBytes } from './fake-tcu.ts'
import type { Partners } from './fake-tcu.ts'

export const bufferBytes = 512
const sideCallStart = [2n, 0n, 0n]
/** Register accesses that an accelerator may make before the run is given up. */
const mostAccesses = 8000
/** Accesses after the exit, in which nothing may happen any more. */
const epilogue = 40

export interface FakeRun {
  readonly tcu: FakeTcu
  readonly accesses: number
}

export const runModel = async (logic: AcceleratorLogic, partners: Partners): Promise<FakeRun> => {
  const tcu = new FakeTcu(partners)
  tcu.deliver(eps.sideCalls, 0n, sideCallStart)
  let accesses = 0
  let left = epilogue
  class Over extends Error {}
  const count = (): void => {
    if (++accesses > mostAccesses || (tcu.exitCode !== undefined && left-- === 0)) throw new Over()
  }
  const program = acceleratorProgram({
    kind: 'accelerator',
    name: 'it',
    mod: 0,
    memoryBase: memoryOffset,
    memoryBytes,
    bufferBytes,
    logic,
  })
  const memory = { base: memoryOffset, bytes: memoryBytes }
  try {
    await program({
      id: 0,
      memory,
      readRegister: (offset) => {
        count()
        return Promise.resolve(tcu.readRegister(offset))
      },
      writeRegister: (offset, value) => {
        count()
        tcu.writeRegister(offset, value)
        return Promise.resolve()
      },
      readMemory: (address, bytes) => tcu.memory.slice(address - memoryOffset, address - memoryOffset + bytes),
      writeMemory: (address, data) => {
        tcu.memory.set(data, address - memoryOffset)
      },
      wait: () => Promise.resolve(),
      waitForInterrupt: () => Promise.resolve('limit'),
      random: () => 0,
    })
  } catch (reason) {
    if (!(reason instanceof Over)) throw reason
  }
  return { tcu, accesses }
}

const lineBytes = 16

/**
 * Opens the hardware once. `free` says in which cycles the memory is the accelerator's. Each run begins with the enable of the core,
 * which is low after the one before, whatever that did; a run of `most` register accesses is broken off in this way.
 */
export const openHardware = (logic: AcceleratorLogic) => {
  const sim = simulate(accelerator({ logic, memoryBytes, bufferBytes }))
  const { enable, core, coreAnswer, memory, granted, line } = sim.io

  coreAnswer.value = { valid: 0, data: 0n }
  sim.reset()

  const run = (partners: Partners, free: () => boolean = () => true, most = mostAccesses): FakeRun => {
    const tcu = new FakeTcu(partners)
    tcu.deliver(eps.sideCalls, 0n, sideCallStart)
    enable.value = 1
    core.ready.value = 0
    let accesses = 0
    for (let left = epilogue; accesses < most && left > 0;) {
      granted.value = free() ? 1 : 0
      core.ready.value = core.valid.value
      const access = core.valid.value === 1 ? core.payload.value : undefined
      const request = memory.value.valid === 1 && granted.value === 1 ? memory.value : undefined
      sim.step()
      coreAnswer.value = { valid: 0, data: 0n }
      if (request !== undefined) line.value = serve(tcu, request) ?? line.value
      if (access === undefined) continue
      accesses++
      if (tcu.exitCode !== undefined) left--
      if (access.write === 1) tcu.writeRegister(access.address, access.data)
      coreAnswer.value = { valid: 1, data: access.write === 1 ? 0n : tcu.readRegister(access.address) }
    }
    enable.value = 0
    // The answer to the last access still comes.
    core.ready.value = 0
    sim.step()
    coreAnswer.value = { valid: 0, data: 0n }
    sim.step()
    return { tcu, accesses }
  }
  return { run, [Symbol.dispose]: () => sim[Symbol.dispose]() }
}

/** One access of the local memory; a load gives its line. */
const serve = (
  tcu: FakeTcu,
  request: { readonly store: number; readonly address: number; readonly enables: number; readonly data: bigint },
): bigint | undefined => {
  const at = request.address - memoryOffset
  if (at < 0 || at + lineBytes > memoryBytes || at % lineBytes !== 0) throw new Error(`no line at ${request.address}`)
  const lanes = Array.from({ length: lineBytes }, (_, lane) => lane)
  if (request.store === 0)
    return lanes.reduce((sum, lane) => sum | (BigInt(tcu.memory[at + lane] as number) << BigInt(8 * lane)), 0n)
  for (const lane of lanes)
    if (((request.enables >> lane) & 1) === 1)
      tcu.memory[at + lane] = Number((request.data >> BigInt(8 * lane)) & 0xffn)
  return undefined
}
