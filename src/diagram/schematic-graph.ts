/** A module as blocks and the values between them. */
import { drivesOf, memoriesIn, operandsOf, signalsIn, writesOf } from '#analysis'
import type { Expression, Memory, Module, Operator, Origin, Signal } from '#ir'
import { symbolOf } from './expression-text.ts'

/** A place of a block where a value goes in or comes out. */
export interface Pin {
  readonly id: string
  /** Shown next to it; empty for logic. */
  readonly name: string
  readonly side: 'in' | 'out'
}

export interface Block {
  readonly id: string
  readonly kind: 'input' | 'output' | 'register' | 'memory' | 'instance' | 'logic'
  /** The lines in it: what it is called, and what it is. */
  readonly lines: readonly string[]
  readonly pins: readonly Pin[]
  readonly origin: Origin | undefined
}

/** A value that goes from one pin to another. */
export interface Net {
  readonly from: string
  readonly to: string
  readonly bits: number
  readonly label: string
}

export interface SchematicGraph {
  readonly name: string
  readonly blocks: readonly Block[]
  readonly nets: readonly Net[]
}

/**
 * Registers, memories, instances and ports are blocks; all operations that decide about one of them, or about a wire, are
 * one block of logic. Clocks and resets are not drawn; ghost signals, which only properties read, are left out.
 */
export const schematicGraph = (module: Module): SchematicGraph => new GraphMaker(module).made()

/** Signs in a block of logic. */
const mostSymbols = 4

class GraphMaker {
  readonly #module: Module
  readonly #blocks: Block[] = []
  readonly #nets: Net[] = []
  /** The pin where the value of a signal or the words of a memory come out. */
  readonly #sources = new Map<Signal | Memory, string>()
  /** Wires that only carry another value. */
  readonly #aliases = new Map<Signal | Memory, Signal>()
  readonly #wanted: { readonly of: Signal | Memory; readonly to: string; readonly bits: number }[] = []

  constructor(module: Module) {
    this.#module = module
  }

  made(): SchematicGraph {
    const { ports, signals, memories, instances } = this.#module
    for (const port of ports) this.#port(port)
    for (const signal of signals) if (signal.role === 'register' && !signal.ghost) this.#register(signal)
    for (const memory of memories) this.#memory(memory)
    instances.forEach((instance, index) => {
      const id = `instance ${index}`
      const pins = instance.module.ports.map((port): Pin => {
        return { id: `${id} ${port.name}`, name: port.label, side: port.role === 'input' ? 'in' : 'out' }
      })
      const { name, origin } = instance
      this.#blocks.push({ id, kind: 'instance', lines: [name, instance.module.name], pins, origin })
      for (const port of instance.module.ports) {
        const connected = instance.connections[port.name]
        if (connected === undefined) continue
        if (port.role === 'input') this.#wanted.push({ of: connected, to: `${id} ${port.name}`, bits: port.bits })
        else this.#sources.set(connected, `${id} ${port.name}`)
      }
    })
    const drives = drivesOf(this.#module)
    for (const signal of [...ports, ...signals]) {
      if (signal.ghost || (signal.role !== 'wire' && signal.role !== 'output' && signal.role !== 'register')) continue
      const own = drives.get(signal) ?? []
      const values = own.flatMap(({ assign, conditions }) => [assign.value, ...conditions])
      this.#drive(signal, signal.fallback === undefined ? values : [signal.fallback, ...values], own.length === 1)
    }
    for (const { of, to, bits } of this.#wanted) {
      const from = this.#sourceOf(of)
      if (from !== undefined) this.#nets.push({ from, to, bits, label: of.kind === 'signal' ? of.label : of.name })
    }
    return { name: this.#module.name, blocks: this.#blocks, nets: this.#nets }
  }

  /** The pin where a value comes out, behind all wires that only carry it; a number has none. */
  #sourceOf(of: Signal | Memory): string | undefined {
    const passed = new Set<Signal | Memory>()
    for (let at = of; !passed.has(at); at = this.#aliases.get(at) ?? at) {
      const source = this.#sources.get(at)
      if (source !== undefined) return source
      passed.add(at)
    }
    return undefined
  }

  #port(port: Signal): void {
    const isInput = port.role === 'input'
    const id = `port ${port.name}`
    const pins: readonly Pin[] = [{ id: `${id} pin`, name: '', side: isInput ? 'out' : 'in' }]
    const lines = [port.bits === 1 ? port.label : `${port.label} ${port.bits}`]
    this.#blocks.push({ id, kind: isInput ? 'input' : 'output', lines, pins, origin: port.origin })
    if (isInput) this.#sources.set(port, `${id} pin`)
  }

  #register(register: Signal): void {
    const { name, label, bits, reset, origin, domain } = register
    const id = `register ${name}`
    const facts = [
      bits === 1 ? '1 bit' : `${bits} bits`,
      ...(reset === undefined ? [] : [`reset ${valueText(register, reset)}`]),
      ...(typeof domain === 'object' && domain.name !== 'main' ? [`clock ${domain.name}`] : []),
    ]
    const pins: readonly Pin[] = [
      { id: `${id} next`, name: '', side: 'in' },
      { id: `${id} value`, name: '', side: 'out' },
    ]
    this.#blocks.push({ id, kind: 'register', lines: [label, facts.join(', ')], pins, origin })
    this.#sources.set(register, `${id} value`)
  }

  #memory(memory: Memory): void {
    const id = `memory ${memory.name}`
    const writes = writesOf(this.#module).filter(({ write }) => write.memory === memory)
    const reads = this.#module.readPorts.filter((port) => port.memory === memory)
    const pins: Pin[] = []
    const pin = (name: string, side: Pin['side']): string => {
      pins.push({ id: `${id} ${name}`, name, side })
      return `${id} ${name}`
    }
    const numbered = (name: string, index: number, count: number): string => (count > 1 ? `${name} ${index}` : name)
    writes.forEach(({ write, conditions }, index) => {
      const { address, data, enables } = write
      const values = [address, data, ...(enables === undefined ? [] : [enables]), ...conditions]
      this.#feed(pin(numbered('write', index, writes.length), 'in'), values, memory.bits, write.origin, false)
    })
    reads.forEach(({ address, enable, output, origin }, index) => {
      const values = enable === undefined ? [address] : [address, enable]
      this.#feed(pin(numbered('address', index, reads.length), 'in'), values, address.bits, origin, values.length === 1)
      this.#sources.set(output, pin(numbered('word', index, reads.length), 'out'))
    })
    if (memory.read === 'now') this.#sources.set(memory, pin('words', 'out'))
    const lines = [memory.name, `${memory.depth} x ${memory.bits} bits`]
    this.#blocks.push({ id, kind: 'memory', lines, pins, origin: memory.origin })
  }

  /** What decides about a wire, an output or a register. */
  #drive(signal: Signal, values: readonly Expression[], single: boolean): void {
    const { name, role, bits, origin } = signal
    if (role === 'register') return this.#feed(`register ${name} next`, values, bits, origin, single)
    if (role === 'output') return this.#feed(`port ${name} pin`, values, bits, origin, single, signal)
    const [only] = values
    if (values.length === 1 && only?.kind === 'signal') {
      // a wire that only carries another value is that value
      this.#aliases.set(signal, only)
      return
    }
    this.#logic(`wire ${name}`, values, signal.label, origin, signal)
  }

  /** Connects a pin with what its value is computed from, through a block of logic if there are operations. */
  #feed(
    to: string,
    values: readonly Expression[],
    bits: number,
    origin: Origin,
    single: boolean,
    alsoReadAs?: Signal,
  ): void {
    const [only] = values
    if (single && values.length === 1 && only?.kind === 'signal') {
      this.#wanted.push({ of: only, to, bits })
      if (alsoReadAs !== undefined) this.#aliases.set(alsoReadAs, only)
      return
    }
    if (values.length === 0) return
    const out = this.#logic(`logic ${to}`, values, '', origin, alsoReadAs)
    this.#nets.push({ from: out, to, bits, label: '' })
  }

  /** A block for operations; returns the pin where its value comes out. */
  #logic(id: string, values: readonly Expression[], name: string, origin: Origin, source?: Signal): string {
    const signals = new Set(values.flatMap((value) => [...signalsIn(value)]))
    const memories = new Set(values.flatMap((value) => [...memoriesIn(value)]))
    const pins: Pin[] = [{ id: `${id} out`, name: '', side: 'out' }]
    for (const of of [...signals, ...memories]) {
      const pin = `${id} ${of.kind} ${of.name}`
      pins.push({ id: pin, name: '', side: 'in' })
      this.#wanted.push({ of, to: pin, bits: of.bits })
    }
    const lines = [...(name === '' ? [] : [name]), symbolsIn(values)]
    this.#blocks.push({ id, kind: 'logic', lines, pins, origin })
    if (source !== undefined) this.#sources.set(source, `${id} out`)
    return `${id} out`
  }
}

const valueText = ({ cases }: Signal, value: bigint): string =>
  Object.entries(cases ?? {}).find(([, code]) => BigInt(code) === value)?.[0] ?? String(value)

/** The signs of the operations, the most frequent first. */
const symbolsIn = (values: readonly Expression[]): string => {
  const counts = new Map<string, number>()
  const seen = new Set<Expression>()
  const waiting = [...values]
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (seen.has(value)) continue
    seen.add(value)
    if (value.kind === 'operation') count(counts, value.operator)
    waiting.push(...operandsOf(value))
  }
  const symbols = [...counts]
    .toSorted(([a, some], [b, others]) => others - some || (a < b ? -1 : 1))
    .map(([symbol]) => symbol)
  if (symbols.length === 0) return values.length > 1 ? '?' : '='
  return symbols.length <= mostSymbols ? symbols.join(' ') : `${symbols.slice(0, mostSymbols).join(' ')} …`
}

const count = (counts: Map<string, number>, operator: Operator): void => {
  const symbol = symbolOf(operator)
  counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
}
