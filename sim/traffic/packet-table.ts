// All packets of a run, by number: who sends what to whom, and when what happened to it.

/** A column of numbers that grows. */
class Column {
  #values = new Float64Array(1024)

  get(index: number): number {
    return this.#values[index]!
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const more = new Float64Array(2 * this.#values.length)
      more.set(this.#values)
      this.#values = more
    }
    this.#values[index] = value
  }
}

/** Cycle of something that did not happen yet. */
export const notYet = -1

/** The packets of a run. */
export class PacketTable {
  #count = 0
  readonly #source = new Column()
  readonly #target = new Column()
  readonly #class = new Column()
  readonly #flits = new Column()
  readonly #previous = new Column()
  readonly #generated = new Column()
  readonly #front = new Column()
  readonly #delivered = new Column()
  readonly #tag = new Column()
  readonly #last = new Map<number, number>()

  get count(): number {
    return this.#count
  }

  /** A new packet between two modules (by index); returns its number. */
  add(source: number, target: number, messageClass: number, flits: number, cycle: number, tag: number): number {
    const number = this.#count++
    const key = (source * 256 + target) * 4 + messageClass
    this.#source.set(number, source)
    this.#target.set(number, target)
    this.#class.set(number, messageClass)
    this.#flits.set(number, flits)
    this.#previous.set(number, this.#last.get(key) ?? notYet)
    this.#generated.set(number, cycle)
    this.#front.set(number, notYet)
    this.#delivered.set(number, notYet)
    this.#tag.set(number, tag)
    this.#last.set(key, number)
    return number
  }

  source(packet: number): number {
    return this.#source.get(packet)
  }

  target(packet: number): number {
    return this.#target.get(packet)
  }

  class(packet: number): number {
    return this.#class.get(packet)
  }

  flits(packet: number): number {
    return this.#flits.get(packet)
  }

  /** The packet before it with the same source, target and class, or `notYet`. */
  previous(packet: number): number {
    return this.#previous.get(packet)
  }

  /** Cycle in which its module made it. */
  generated(packet: number): number {
    return this.#generated.get(packet)
  }

  /** Cycle in which its head was first offered to the network. */
  front(packet: number): number {
    return this.#front.get(packet)
  }

  /** Cycle in which its tail was handed over. */
  delivered(packet: number): number {
    return this.#delivered.get(packet)
  }

  /** What the sender wants to know of it later. */
  tag(packet: number): number {
    return this.#tag.get(packet)
  }

  atFront(packet: number, cycle: number): void {
    this.#front.set(packet, cycle)
  }

  deliver(packet: number, cycle: number): void {
    this.#delivered.set(packet, cycle)
  }
}
