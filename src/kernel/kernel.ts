/** The kernel: initialization, work loop, power off. Source: kernel sections 3.4 and 4.2. */
import type { Tile, TileProgram } from '#model'
import { handleSystemCall, reply } from './dispatch.ts'
import { receiveEndpoint } from './endpoint-words.ts'
import { decodeEnvironment } from './environment.ts'
import { codes } from './errors.ts'
import { exitActivity } from './exit.ts'
import { KernelState } from './kernel-state.ts'
import { load } from './loader.ts'
import type { BootFiles } from './loader.ts'
import { readMachine } from './machine.ts'
import { environmentBytes, environmentStart, kernelBuffers, kernelEps, kernelMemory } from './numbers.ts'
import { awaitClosings } from './service-requests.ts'
import { notify } from './side-call-requests.ts'
import { encodeSideCall, exitCall, sideCalls } from './side-calls.ts'
import { startRoot } from './start-root.ts'
import { Tcu } from './tcu.ts'
import type { Message } from './tcu.ts'
import { holdCore } from './tile-reset.ts'
import { Malformed, WordReader, WordWriter } from './words.ts'

/** Cycles between two looks at the kernel's endpoints: the longer nothing came, the longer. */
const idleCycles = { first: 8, last: 128 }
/** Cycles that multiplexers get to answer the last side call. */
const farewellCycles = 20_000

/** Receive endpoints of the kernel with their buffers, contiguous in its memory. Kernel section 3.1. */
const { systemCalls, replies, muxCalls } = kernelBuffers
const callBuffer = kernelMemory.buffers
const replyBuffer = callBuffer + systemCalls.slots * 2 ** systemCalls.slotOrder
const muxBuffer = replyBuffer + replies.slots * 2 ** replies.slotOrder

/** Looks at the kernel from outside of the simulation, whenever no handler runs. It must not change anything. */
export type KernelObserver = (kernel: KernelState) => void

/** What runs on the kernel tile: the loader, then the kernel. */
export const kernelTileProgram =
  (files: BootFiles, observer?: KernelObserver): TileProgram =>
  async (tile) => {
    await load(tile, files)
    await runKernel(tile, observer)
  }

/** The kernel, from its environment block at ENV_START to the end of the last activity. */
export const runKernel = async (tile: Tile, observer: KernelObserver = () => {}): Promise<void> => {
  const kernel = new KernelState(new Tcu(tile))
  const environment = decodeEnvironment(tile.readMemory(environmentStart, environmentBytes))
  for (const other of environment.tiles) if (other !== tile.id) await kernel.remote.deprivilege(other)
  await configureOwnEndpoints(kernel)
  const machine = await readMachine(kernel, environment)
  await kernel.threads.start(() => startRoot(kernel, machine))
  observer(kernel)
  await work(kernel, observer)
  await powerOff(kernel)
}

const configureOwnEndpoints = async (kernel: KernelState): Promise<void> => {
  const configure = (ep: number, address: number, buffer: (typeof kernelBuffers)[keyof typeof kernelBuffers]) =>
    kernel.remote.configureOwn(ep, receiveEndpoint({ address, ...buffer }))
  await configure(kernelEps.systemCalls, callBuffer, systemCalls)
  await configure(kernelEps.replies, replyBuffer, replies)
  await configure(kernelEps.muxCalls, muxBuffer, muxCalls)
}

/** Serves everybody, one message of each kind per turn, until no activity is left. */
const work = async (kernel: KernelState, observer: KernelObserver): Promise<void> => {
  let idle: number = idleCycles.first
  while (kernel.activities.size > 0) {
    const busy = await turn(kernel, observer)
    idle = busy ? idleCycles.first : Math.min(2 * idle, idleCycles.last)
    if (!busy) await kernel.tcu.tile.wait(idle)
  }
}

const turn = async (kernel: KernelState, observer: KernelObserver): Promise<boolean> => {
  let busy = false
  for (const step of steps) {
    const done = await step(kernel)
    if (done) observer(kernel)
    busy ||= done
  }
  return busy
}

/** What the kernel does in turn; each says whether there was something to do. */
const steps: readonly ((kernel: KernelState) => Promise<boolean>)[] = [
  async (kernel) => {
    const call = await next(kernel, kernelEps.systemCalls, callBuffer)
    if (call !== undefined) await kernel.threads.start(() => handleSystemCall(kernel, call))
    return call !== undefined
  },
  (kernel) => nextReply(kernel),
  async (kernel) => {
    const exit = await next(kernel, kernelEps.muxCalls, muxBuffer)
    if (exit !== undefined) await kernel.threads.start(() => handleMuxCall(kernel, exit))
    return exit !== undefined
  },
  (kernel) => kernel.threads.runReady(),
  (kernel) => (kernel.queues.busy ? kernel.queues.expire() : Promise.resolve(false)),
]

const next = async (kernel: KernelState, ep: number, buffer: number): Promise<Message | undefined> =>
  (await kernel.tcu.unread(ep)) === 0 ? undefined : kernel.tcu.fetch(ep, buffer)

const nextReply = async (kernel: KernelState): Promise<boolean> => {
  if (kernel.queues.slots === 0) return false
  const answer = await next(kernel, kernelEps.replies, replyBuffer)
  if (answer !== undefined) await kernel.queues.answer(answer)
  return answer !== undefined
}

/** The only call of a multiplexer: one of its activities ended. Kernel section 3.8. */
const handleMuxCall = async (kernel: KernelState, { label, offset, payload }: Message): Promise<void> => {
  const { slotOrder } = muxCalls
  let error: number = codes.InvArgs
  try {
    const reader = new WordReader(payload)
    if (reader.word() === BigInt(exitCall.code)) {
      const { activity: id, status } = exitCall.decode(reader)
      const activity = kernel.activities.get(Number(id))
      const code = status > BigInt(codes.ConnectionFailed) ? codes.Unspecified : Number(status)
      if (activity?.tile.tile.id === Number(label))
        await awaitClosings(kernel, await exitActivity(kernel, activity, code, false))
      error = codes.Success
    }
  } catch (reason) {
    if (!(reason instanceof Malformed)) throw reason
  }
  await reply(kernel, { ep: kernelEps.muxCalls, slotOrder }, offset, new WordWriter().word(error).finish())
}

/** Stops all tiles; a multiplexer that does not answer is not waited for long. */
const powerOff = async (kernel: KernelState): Promise<void> => {
  const running = [...kernel.tiles.values()].filter(({ mux }) => mux === 'running')
  for (const tile of running) await notify(kernel, tile, encodeSideCall(sideCalls.shutdown, {}))
  for (let waited = 0; kernel.queues.pending > 0 && waited < farewellCycles; waited += idleCycles.last) {
    while (await nextReply(kernel)) continue
    if (kernel.queues.pending > 0) await kernel.tcu.tile.wait(idleCycles.last)
  }
  for (const tile of running) await holdCore(kernel, tile)
}
