/** Capabilities, their tables and the forest of derivations across all tables. Source: kernel sections 1.5 and 1.6. */
import { CallError, codes, ensure } from './errors.ts'
import { charges, selectors } from './numbers.ts'
import type { KernelObject, ObjectKind, ObjectOf } from './objects.ts'
import type { Quota } from './quota.ts'

/** A reference to an object, at a selector of one table, with its place in the derivation forest. */
export interface Capability<O extends KernelObject = KernelObject> {
  readonly selector: bigint
  readonly object: O
  /** The table that holds it; undefined once it was taken out. */
  table: CapabilityTable | undefined
  parent: Capability | undefined
  /** Oldest first. */
  readonly children: Set<Capability>
  /** A clone: it shares the object of its parent. */
  readonly derived: boolean
  /** Kernel memory charged for it, and whose. */
  readonly charge: number
  readonly payer: Quota
}

/** One activity's object capabilities. Every change is charged on one quota of kernel memory. */
export class CapabilityTable {
  readonly #capabilities = new Map<bigint, Capability>()
  readonly #payer: Quota

  constructor(payer: Quota) {
    this.#payer = payer
  }

  get size(): number {
    return this.#capabilities.size
  }

  /** All capabilities, by ascending selector. */
  all(): readonly Capability[] {
    return [...this.#capabilities.values()].sort((a, b) => (a.selector < b.selector ? -1 : 1))
  }

  /** Those of a range of any size, by ascending selector. */
  range(start: bigint, count: bigint): readonly Capability[] {
    if (count === 1n) return [this.#capabilities.get(start)].filter((found) => found !== undefined)
    return this.all().filter(({ selector }) => selector >= start && selector - start < count)
  }

  get(selector: bigint): Capability | undefined {
    return this.#capabilities.get(selector)
  }

  /**
   * The capability at a selector, if it refers to an object of this kind.
   *
   * Rejects: CallError InvArgs. Kernel section 2.1, item 7.
   */
  find<Kind extends ObjectKind>(selector: bigint, kind: Kind): Capability<ObjectOf<Kind>> {
    const found = this.#capabilities.get(selector)
    ensure(found !== undefined && found.object.kind === kind)
    return found as Capability<ObjectOf<Kind>>
  }

  /** Whether a new capability can go there; the selector that names nothing is never free. */
  isFree(selector: bigint): boolean {
    return selector !== selectors.invalid && !this.#capabilities.has(selector)
  }

  /**
   * Inserts the first capability of a new object, as the root of a tree or below `parent`.
   *
   * Rejects: CallError NoSpace when the kernel memory does not suffice; nothing is inserted then.
   */
  insert<O extends KernelObject>(selector: bigint, object: O, parent?: Capability): Capability<O> {
    return this.#add(selector, object, parent, false, charges.capability + charges.object[object.kind])
  }

  /** Inserts a further root capability of an object that exists already: only the capability is charged. */
  insertAgain<O extends KernelObject>(selector: bigint, object: O): Capability<O> {
    return this.#add(selector, object, undefined, false, charges.capability)
  }

  /** Clones a capability, of any table, below itself. */
  clone(selector: bigint, source: Capability): Capability {
    return this.#add(selector, source.object, source, true, charges.capability)
  }

  /** Takes a capability out of table and forest and gives its kernel memory back. Its children must be gone. */
  static remove(capability: Capability): void {
    capability.table?.take(capability)
    capability.table = undefined
    capability.parent?.children.delete(capability)
    capability.parent = undefined
    capability.payer.giveBack(capability.charge)
  }

  /** Forgets a capability; only `remove` calls this. */
  take(capability: Capability): void {
    this.#capabilities.delete(capability.selector)
  }

  #add<O extends KernelObject>(
    selector: bigint,
    object: O,
    parent: Capability | undefined,
    derived: boolean,
    charge: number,
  ): Capability<O> {
    if (!this.isFree(selector)) throw new Error(`selector ${selector} is in use`)
    if (!this.#payer.take(charge)) throw new CallError(codes.NoSpace)
    const payer = this.#payer
    const capability: Capability<O> = {
      selector,
      object,
      table: this,
      parent,
      children: new Set(),
      derived,
      charge,
      payer,
    }
    this.#capabilities.set(selector, capability)
    parent?.children.add(capability)
    if (object.kind === 'ep') object.references++
    return capability
  }
}

/** The capabilities below `capability`, in the order in which they are released. Kernel section 1.7. */
export const descendants = (capability: Capability): readonly Capability[] => {
  const [newest, ...older] = [...capability.children].reverse()
  if (newest === undefined) return []
  return [...descendants(newest), ...older.flatMap((child) => [...descendants(child), child]), newest]
}
