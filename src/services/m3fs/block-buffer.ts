/** Blocks of an image on their way to and from where it lies. Source: services section 3.3, metadata buffer. */
import type { Storage } from './storage.ts'

/** Blocks kept at once. Services section 3.3. */
export const usualBufferBlocks = 128

interface Entry {
  readonly bytes: Uint8Array
  dirty: boolean
}

/**
 * Keeps the blocks that were used last and writes changed ones back when they have to go, or on `flush`.
 *
 * Nobody else uses a buffer while an operation waits for it, so a block that `read` gave stays the only copy until the
 * operation hands it back to `write`.
 */
export class BlockBuffer {
  readonly blockBytes: number
  readonly #storage: Storage
  readonly #capacity: number
  /** In the order of their last use. */
  readonly #entries = new Map<number, Entry>()

  constructor(storage: Storage, blockBytes: number, capacity = usualBufferBlocks) {
    this.#storage = storage
    this.blockBytes = blockBytes
    this.#capacity = capacity
  }

  /** The contents of a block; whoever changes them says so with `write`. */
  async read(block: number): Promise<Uint8Array> {
    const known = this.#entries.get(block)
    const entry = known ?? {
      bytes: await this.#storage.read(block * this.blockBytes, this.blockBytes),
      dirty: false,
    }
    await this.#keep(block, entry)
    return entry.bytes
  }

  /** New contents of a whole block. */
  async write(block: number, bytes: Uint8Array): Promise<void> {
    await this.#keep(block, { bytes, dirty: true })
  }

  /** Whether a block waits to be written back. */
  get dirty(): boolean {
    return [...this.#entries.values()].some(({ dirty }) => dirty)
  }

  /** Writes all changed blocks back, in ascending order. */
  async flush(): Promise<void> {
    for (const [block, entry] of [...this.#entries].sort(([a], [b]) => a - b)) await this.#writeBack(block, entry)
  }

  /** Forgets blocks that nobody owns any more, without writing them back. */
  forget(first: number, count: number): void {
    for (const block of [...this.#entries.keys()])
      if (block >= first && block < first + count) this.#entries.delete(block)
  }

  async #keep(block: number, entry: Entry): Promise<void> {
    this.#entries.delete(block)
    this.#entries.set(block, entry)
    while (this.#entries.size > this.#capacity) {
      const [oldest, victim] = this.#entries.entries().next().value as [number, Entry]
      this.#entries.delete(oldest)
      await this.#writeBack(oldest, victim)
    }
  }

  async #writeBack(block: number, entry: Entry): Promise<void> {
    if (!entry.dirty) return
    entry.dirty = false
    await this.#storage.write(block * this.blockBytes, entry.bytes)
  }
}
