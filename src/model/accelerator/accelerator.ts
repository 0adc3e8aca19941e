/** The golden model of a stream accelerator: what its hardware does, on the interface of a tile. Source: services section 6.7. */
import { acceleratorBufferBytes, acceleratorEps, acceleratorMemory, coreConfigRegister } from '#layout'
import type { AcceleratorTile } from '#layout'
import type { Tile, TileProgram } from '../tile.ts'
import { Stream } from './stream.ts'
import { TcuAccess } from './tcu-access.ts'

/** System call act_ctrl, the own activity, stop. Kernel section 2.2. */
const exitCall = [10n, 2n, 2n] as const
/** Side calls that mean something to an accelerator, and operations of the first. Kernel section 3.8. */
const sideCalls = Object.freeze({ activityControl: 2n, shutdown: 12n })
const controls = Object.freeze({ start: 0n, stop: 1n })

const idleCycles = 64

/** What the kernel wants of an accelerator that is at work. */
class Interrupted extends Error {
  readonly wish: 'start' | 'stop' | 'off'

  constructor(wish: 'start' | 'stop' | 'off') {
    super(`the kernel says ${wish}`)
    this.wish = wish
  }
}

/** What runs on an accelerator tile of the model: never ends, and is off while the core is not enabled. */
export const acceleratorProgram = ({ logic, memoryBytes, bufferBytes }: AcceleratorTile): TileProgram => {
  const facts = { logic, bufferBytes: bufferBytes ?? acceleratorBufferBytes.usual }
  return async (tile) => {
    const { base } = tile.memory
    const message = base + acceleratorMemory.buffer + facts.bufferBytes
    const tcu = new TcuAccess(tile, message, base + memoryBytes - acceleratorMemory.receive)
    for (;;) {
      while (!(await isEnabled(tile))) await tile.wait(idleCycles)
      await serveUntilOff(tile, tcu, facts)
      while (await isEnabled(tile)) await tile.wait(idleCycles)
    }
  }
}

const isEnabled = async (tile: Tile): Promise<boolean> => (await tile.readRegister(coreConfigRegister(0))) === 1n

const serveUntilOff = async (
  tile: Tile,
  tcu: TcuAccess,
  facts: ConstructorParameters<typeof Stream>[2],
): Promise<void> => {
  const heed = async (): Promise<void> => {
    if (!(await isEnabled(tile))) throw new Interrupted('off')
    const wish = await serveKernel(tcu)
    if (wish !== undefined) throw new Interrupted(wish)
  }
  for (let wish: 'start' | 'stop' | 'off' = 'stop'; wish !== 'off';) {
    try {
      if (wish === 'start') {
        const code = await new Stream(tile, tcu, facts, heed).run()
        await tcu.systemCall([...exitCall, BigInt(code)])
      }
      for (;;) {
        await heed()
        await tile.wait(idleCycles)
      }
    } catch (reason) {
      if (!(reason instanceof Interrupted)) throw reason
      wish = reason.wish
    }
  }
}

/** Answers a side call if there is one: (0, 0, 0), whatever it is. */
const serveKernel = async (tcu: TcuAccess): Promise<'start' | 'stop' | 'off' | undefined> => {
  const { sideCalls: ep } = acceleratorEps
  const call = await tcu.fetch(ep)
  if (call === undefined) return undefined
  if ((await tcu.reply(ep, call.offset, [0n, 0n, 0n])) !== 0) await tcu.acknowledge(ep, call.offset)
  const [code, , operation] = call.words
  if (code === sideCalls.shutdown) return 'off'
  if (code !== sideCalls.activityControl) return undefined
  return operation === controls.start ? 'start' : operation === controls.stop ? 'stop' : undefined
}
