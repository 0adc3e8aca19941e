/** Who sent how many messages to whom, counted where they arrive. */
import { decode, headFlit, modes } from '#layout'
import type { StepRecord } from '#model'

/** Messages from one tile to one endpoint of another. */
export interface Channel {
  readonly from: string
  readonly to: string
  readonly ep: number
  readonly messages: number
}

export interface ChannelCounter {
  readonly add: (record: StepRecord) => void
  /** By sender, receiver and endpoint, so that the order does not depend on timing. */
  readonly channels: () => readonly Channel[]
}

/** Counts message packets in the flits that are delivered; `nameOf` gives the module of a NoC id. */
export const countChannels = (nameOf: (id: number) => string): ChannelCounter => {
  const insidePacket = new Map<string, boolean>()
  const counts = new Map<string, Channel>()
  return {
    add: ({ module, probe, bits }) => {
      if (probe !== 'deliver0') return
      const continues = insidePacket.get(module) ?? false
      // The burst bit is the topmost of every flit.
      insidePacket.set(module, bits >> 137n === 1n)
      if (continues) return
      const { mode, sourceChip, sourceMod, address } = decode(headFlit, bits)
      if (mode !== modes.TCU_MSG) return
      const from = nameOf((sourceChip << 8) | sourceMod)
      const ep = address & 0xffff
      const key = `${from} ${module} ${ep}`
      counts.set(key, { from, to: module, ep, messages: (counts.get(key)?.messages ?? 0) + 1 })
    },
    channels: () => [...counts.values()].sort(bySenderAndReceiver),
  }
}

const bySenderAndReceiver = (a: Channel, b: Channel): number =>
  a.from.localeCompare(b.from, 'en') || a.to.localeCompare(b.to, 'en') || a.ep - b.ep
