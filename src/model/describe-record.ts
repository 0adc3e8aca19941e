/** Records in words, for differences and traces. */
import { bodyFlit, commit, decode, errorName, guardEvents, headFlit, memoryAccess, modes } from '#layout'
import type { ProbeName } from '#layout'
import { hex } from './bits.ts'
import { flitMode } from './flits.ts'

/** Says what a record reports. Flits are shown as heads; `continued` says that a flit continues a packet. */
export const describeRecord = (probe: ProbeName, bits: bigint, continued = false): string => {
  switch (probe) {
    case 'commit':
      return describeCommit(bits)
    case 'memory':
      return describeAccess(bits)
    case 'guards':
      return describeGuards(bits)
    default:
      return `${probe} ${continued ? describeBody(bits) : describeHead(bits)}`
  }
}

const describeCommit = (bits: bigint): string => {
  const { kind, error, ep, address, enables, data } = decode(commit, bits)
  const parts: string[] = [kind]
  if (kind.startsWith('command') || kind.startsWith('message') || error !== 0) parts.push(errorName(error))
  if (kind === 'privilegedDone') parts.push(`entry ${ep}`)
  else if (ep !== 0 || kind === 'printWord' || kind === 'messageBegun') parts.push(`ep ${ep}`)
  if ((kind.startsWith('core') && !kind.startsWith('coreRequest')) || kind.startsWith('external'))
    parts.push(`address ${hex(address)}`, `data ${hex(data)}`)
  else if (data !== 0n) parts.push(`data ${hex(data)}`)
  if (enables !== 0) parts.push(`enables ${hex(enables)}`)
  return parts.join(', ')
}

const describeGuards = (bits: bigint): string => {
  const { stopped, refused, dropped } = decode(guardEvents, bits)
  const classes = (set: number): string => [0, 1, 2, 3].filter((cls) => ((set >> cls) & 1) === 1).join(' and ')
  const parts = [
    stopped > 0 ? `the transmit guard ends a packet of class ${classes(stopped)}` : '',
    refused > 0 ? `the receive guard fires in class ${classes(refused)}` : '',
    dropped > 0 ? `the receive guard drops a packet of class ${classes(dropped)}` : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

const describeAccess = (bits: bigint): string => {
  const { user, store, address, enables, data } = decode(memoryAccess, bits)
  return store === 1
    ? `${user} stores ${hex(data)} at ${hex(address)} under ${hex(enables)}`
    : `${user} loads the line at ${hex(address)}`
}

const modeName = (mode: number): string =>
  Object.entries(modes).find(([, code]) => code === mode)?.[0] ?? `mode ${mode}`

const describeHead = (bits: bigint): string => {
  const head = decode(headFlit, bits)
  const source = hex((head.sourceChip << 8) | head.sourceMod)
  const target = hex((head.targetChip << 8) | head.targetMod)
  return (
    `${modeName(flitMode(bits))} ${source} to ${target}, ${head.burst ? 'burst' : 'single'}, ` +
    `address ${hex(head.address)}, data ${hex(head.data0)}, select ${hex(head.bsel)}`
  )
}

const describeBody = (bits: bigint): string => {
  const { burst, bsel, data1, data0 } = decode(bodyFlit, bits)
  return `${burst ? 'body' : 'tail'} ${hex((data1 << 64n) | data0)}, select ${hex(bsel)}`
}
