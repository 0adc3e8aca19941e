/** Environment blocks: what a tile's program finds when it starts. Source: kernel section 4.6. */
import { environmentBytes, environmentStart } from './numbers.ts'
import { WordReader } from './words.ts'

/** What every tile gets. Addresses are derived; strings and arrays follow in the same page. */
export interface BootEnvironment {
  readonly tile: number
  readonly descriptor: bigint
  readonly args: readonly string[]
  /** Global address of the kernel environment; 0 for anybody but the kernel. */
  readonly kernelEnvironment: bigint
  /** NoC ids of all tiles. */
  readonly tiles: readonly number[]
}

/** What an activity gets beyond that. */
export interface ActivityEnvironment {
  readonly entry: bigint
  readonly firstStandardEp: number
  readonly firstSelector: number
  readonly activity: number
  readonly resourceManager: number
  readonly data: Uint8Array
}

const bootWords = 8 + 128
const activityWords = 17

/** Positions of words of the activity's part that are in use; the others are 0. */
const places = { sp: 1, entry: 2, firstStandardEp: 5, firstSelector: 6, activity: 7, resourceManager: 8, data: 15 }

/** Rejects: RangeError when arguments or data do not fit the page. */
export const encodeEnvironment = (boot: BootEnvironment, activity?: ActivityEnvironment): Uint8Array => {
  const page = new Uint8Array(environmentBytes)
  const view = new DataView(page.buffer)
  const put = (index: number, value: number | bigint): void => view.setBigUint64(8 * index, BigInt(value), true)
  let end = 8 * (bootWords + activityWords)
  const append = (bytes: Uint8Array): number => {
    if (end + bytes.length > environmentBytes)
      throw new RangeError('arguments and data do not fit the environment page')
    page.set(bytes, end)
    const address = environmentStart + end
    end = Math.ceil((end + bytes.length) / 8) * 8
    return address
  }

  const pointers = [...boot.args.map((arg) => append(new TextEncoder().encode(`${arg}\0`))), 0]
  const argv = append(new Uint8Array(BigUint64Array.from(pointers, BigInt).buffer))
  const head = [0, boot.tile, boot.descriptor, boot.args.length, argv, 0, boot.kernelEnvironment, boot.tiles.length]
  head.forEach((value, index) => put(index, value))
  boot.tiles.forEach((tile, index) => put(8 + index, tile))
  if (activity === undefined) return page.slice(0, end)

  put(bootWords + places.entry, activity.entry)
  put(bootWords + places.firstStandardEp, activity.firstStandardEp)
  put(bootWords + places.firstSelector, activity.firstSelector)
  put(bootWords + places.activity, activity.activity)
  put(bootWords + places.resourceManager, activity.resourceManager)
  put(bootWords + places.data, append(activity.data))
  put(bootWords + places.data + 1, activity.data.length)
  return page.slice(0, end)
}

/** Reads an environment page, in a tile's memory at ENV_START. */
export const decodeEnvironment = (page: Uint8Array): BootEnvironment & ActivityEnvironment => {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  const at = (index: number): bigint => view.getBigUint64(8 * index, true)
  const bytesAt = (address: bigint): Uint8Array => page.subarray(Number(address) - environmentStart)
  const argv = at(3) === 0n ? new Uint8Array() : bytesAt(at(4))
  const reader = new WordReader(argv)
  const args = Array.from({ length: Number(at(3)) }, () => {
    const bytes = bytesAt(reader.word())
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)))
  })
  const number = (index: number): number => Number(at(bootWords + index))
  const data = at(bootWords + places.data)
  return {
    tile: Number(at(1)),
    descriptor: at(2),
    args,
    kernelEnvironment: at(6),
    tiles: Array.from({ length: Number(at(7)) }, (_, index) => Number(at(8 + index))),
    entry: at(bootWords + places.entry),
    firstStandardEp: number(places.firstStandardEp),
    firstSelector: number(places.firstSelector),
    activity: number(places.activity),
    resourceManager: number(places.resourceManager),
    data: data === 0n ? new Uint8Array() : bytesAt(data).slice(0, number(places.data + 1)),
  }
}
