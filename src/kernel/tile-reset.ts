/** Starting and stopping the multiplexer of a tile. Source: kernel section 3.9, TCU section 6.6. */
import { coreConfigRegister } from '#layout'
import { deactivate } from './activation.ts'
import { receiveEndpoint, sendEndpoint } from './endpoint-words.ts'
import type { KernelState } from './kernel-state.ts'
import { bufferOrders, kernelEps, muxBuffers, muxEps } from './numbers.ts'
import { encodeSideCall, sideCalls } from './side-calls.ts'
import type { TileState } from './tile-state.ts'

/** Gives a tile's multiplexer its endpoints and starts the core; the image lies in the tile's memory already. */
export const startMux = async (kernel: KernelState, tile: TileState): Promise<void> => {
  await kernel.remote.configure(
    tile.id,
    muxEps.toKernel,
    sendEndpoint({
      tile: kernel.tile,
      ep: kernelEps.muxCalls,
      label: BigInt(tile.id),
      messageOrder: bufferOrders.muxCall,
      credits: 1,
    }),
  )
  await kernel.remote.configure(
    tile.id,
    muxEps.kernelReplies,
    receiveEndpoint({
      address: muxBuffers,
      slots: 1,
      slotOrder: bufferOrders.muxCall,
    }),
  )
  await kernel.remote.configure(
    tile.id,
    muxEps.sideCalls,
    receiveEndpoint({
      address: muxBuffers + 2 ** bufferOrders.muxCall,
      slots: 1,
      slotOrder: bufferOrders.sideCall,
      replyEps: muxEps.sideCallReply,
    }),
  )
  tile.mux = 'running'
  await kernel.remote.writeRegister(tile.id, coreConfigRegister(0), 1n)
  await kernel.remote.writeRegister(tile.id, coreConfigRegister(1), 1n)
}

/** Asks a multiplexer to stop, waits as long as for any side call, then holds the core in reset and takes the endpoints away. */
export const stopMux = async (kernel: KernelState, tile: TileState): Promise<void> => {
  tile.mux = 'stopping'
  const farewell = await kernel.queues.post(tile.queue, encodeSideCall(sideCalls.shutdown, {}))
  while (farewell.reply === undefined && farewell.error === undefined) await kernel.suspend(farewell.answered)
  await holdCore(kernel, tile)
}

/** Holds a core in reset, whatever it does. */
export const holdCore = async (kernel: KernelState, tile: TileState): Promise<void> => {
  tile.mux = 'off'
  for (const ep of tile.protection) await deactivate(kernel, ep, 'force')
  await kernel.remote.writeRegister(tile.id, coreConfigRegister(0), 0n)
  for (const ep of Object.values(muxEps)) await kernel.remote.invalidate(tile.id, ep, true)
  await kernel.queues.abort(tile.queue)
}
