/** What a module does, straight from the definitions of the nodes: slow, and written without a look at the emitter. */
import type { Domain, Expression, Memory, Module, Operator, Signal, Statement } from '#ir'

/** A module that is being simulated, cycle by cycle. */
export interface Reference {
  readonly output: (name: string) => bigint
  /** Inputs may have changed. `resets`: names of the domains in reset; some resets count at once. */
  readonly unsettle: (resets: ReadonlySet<string>) => void
  /** Computes what an edge of the clocks of these domains changes, and returns what makes the change. */
  readonly edge: (clocks: ReadonlySet<string>, resets: ReadonlySet<string>) => () => void
}

const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n

/** `inputOf` is asked for an input only when something needs it. */
export const createReference = (module: Module, inputOf: (name: string) => bigint): Reference => {
  const state = new Map<Signal, bigint>()
  const words = new Map<Memory, bigint[]>()
  let settled = new Map<Signal, bigint>()
  let values = new Map<Expression, bigint>()

  for (const memory of module.memories)
    words.set(
      memory,
      Array.from({ length: memory.depth }, (_, at) =>
        typeof memory.initial === 'object' ? (memory.initial[at] ?? 0n) : (memory.initial ?? 0n),
      ),
    )
  const registers = module.signals.filter(({ role }) => role === 'register')
  for (const register of registers) {
    // where there is no reset, the first value is there from the beginning
    if (register.reset !== undefined && resetOf(register) === 'none') state.set(register, register.reset)
  }
  const children = module.instances.map(({ module: child, connections, domains }) => {
    const reference: Reference = createReference(child, (name) => {
      const wire = connections[name]
      if (wire === undefined) throw new Error(`${name} is not connected`)
      return signalValue(wire)
    })
    return { connections, domains, reference }
  })

  const signalValue = (signal: Signal): bigint => {
    switch (signal.role) {
      case 'input':
        return inputOf(signal.name)
      case 'register':
      case 'memoryOutput':
        return state.get(signal) ?? 0n
      case 'instanceOutput':
        return instanceOutput(signal)
      case 'wire':
      case 'output': {
        const known = settled.get(signal)
        if (known !== undefined) return known
        const driven = assigned(module.body, signal)
        const value = driven ?? (signal.fallback === undefined ? 0n : valueOf(signal.fallback))
        settled.set(signal, value)
        return value
      }
    }
  }

  const instanceOutput = (signal: Signal): bigint => {
    for (const { connections, reference } of children) {
      for (const [port, connected] of Object.entries(connections))
        if (connected === signal) return reference.output(port)
    }
    throw new Error(`nothing drives ${signal.name}`)
  }

  /** The value that the last taken assignment gives the target. */
  const assigned = (body: readonly Statement[], target: Signal): bigint | undefined => {
    let value: bigint | undefined
    for (const statement of taken(body, (statement) => touches(statement, target))) {
      if (statement.kind === 'assign' && statement.target === target) value = valueOf(statement.value)
    }
    return value
  }

  /** The plain statements that are reached. */
  const taken = (body: readonly Statement[], matters: (statement: Statement) => boolean): readonly Statement[] =>
    body.filter(matters).flatMap((statement) => {
      if (statement.kind === 'when') {
        const branch = statement.branches.find(({ condition }) => valueOf(condition) === 1n)
        return taken(branch?.body ?? (branch === undefined ? (statement.otherwise ?? []) : []), matters)
      }
      if (statement.kind === 'match') {
        const subject = valueOf(statement.subject)
        return taken(statement.cases.find(({ code }) => BigInt(code) === subject)?.body ?? [], matters)
      }
      return [statement]
    })

  const valueOf = (expression: Expression): bigint => {
    if (expression.kind === 'signal') return signalValue(expression)
    const known = values.get(expression)
    if (known !== undefined) return known
    const value = compute(expression) & ones(expression.bits)
    values.set(expression, value)
    return value
  }

  const compute = (expression: Exclude<Expression, Signal>): bigint => {
    switch (expression.kind) {
      case 'literal':
        return expression.value
      case 'slice':
        return valueOf(expression.operand) >> BigInt(expression.lsb)
      case 'select': {
        const position = valueOf(expression.index) * BigInt(expression.bits)
        return position < BigInt(expression.operand.bits) ? valueOf(expression.operand) >> position : 0n
      }
      case 'memoryRead':
        return word(expression.memory, valueOf(expression.address))
      case 'operation':
        return operate(
          expression.operator,
          expression.operands.map((operand) => [valueOf(operand), operand.bits]),
        )
    }
  }

  const word = (memory: Memory, address: bigint): bigint =>
    words.get(memory)?.[Number(address % BigInt(memory.depth))] ?? 0n

  const edge = (clocks: ReadonlySet<string>, resets: ReadonlySet<string>): (() => void) => {
    const next = new Map<Signal, bigint>()
    for (const register of registers) {
      if (!clocks.has(domainNameOf(register))) continue
      const value = assigned(module.body, register)
      if (register.reset !== undefined && isInReset(register, resets)) next.set(register, register.reset)
      else if (value !== undefined) next.set(register, value)
    }
    const writes = taken(module.body, () => true).flatMap((statement) => {
      if (statement.kind !== 'memoryWrite' || !clocks.has(statement.domain.name)) return []
      const { memory, address, data, enables, domain } = statement
      if (memory.initial !== undefined && domain.reset !== 'none' && resets.has(domain.name)) return []
      const groups = enables?.bits ?? 1
      const bits = memory.bits / groups
      const enabled = enables === undefined ? 1n : valueOf(enables)
      let mask = 0n
      for (let group = 0; group < groups; group++) {
        if ((enabled >> BigInt(group)) % 2n === 1n) mask |= ones(bits) << BigInt(group * bits)
      }
      const at = Number(valueOf(address) % BigInt(memory.depth))
      return [{ memory, domain: domain.name, at, data: valueOf(data) & mask, mask }]
    })
    for (const { memory, address, enable, output, domain, during } of module.readPorts) {
      if (!clocks.has(domain.name) || (enable !== undefined && valueOf(enable) === 0n)) continue
      const at = Number(valueOf(address) % BigInt(memory.depth))
      const seen = writes.filter((write) => {
        return during === 'new' && write.memory === memory && write.at === at && write.domain === domain.name
      })
      next.set(
        output,
        seen.reduce((old, { data, mask }) => (old & ~mask) | data, word(memory, BigInt(at))),
      )
    }
    const below = children.map(({ reference, domains }) =>
      reference.edge(inside(domains, clocks), inside(domains, resets)),
    )
    return () => {
      for (const change of below) change()
      for (const { memory, at, data, mask } of writes) {
        const all = words.get(memory) ?? []
        all[at] = ((all[at] ?? 0n) & ~mask) | data
      }
      for (const [register, value] of next) state.set(register, value)
    }
  }

  const unsettle = (resets: ReadonlySet<string>): void => {
    settled = new Map()
    values = new Map()
    for (const register of registers) {
      const atOnce = register.reset !== undefined && resetOf(register) === 'asynchronous' && isInReset(register, resets)
      if (atOnce && register.reset !== undefined) state.set(register, register.reset)
    }
    for (const { reference, domains } of children) reference.unsettle(inside(domains, resets))
  }

  const output = (name: string): bigint => {
    const port = module.ports.find((candidate) => candidate.name === name)
    if (port === undefined) throw new Error(`${name} is not a port`)
    return signalValue(port)
  }

  return { output, unsettle, edge }
}

const domainNameOf = ({ domain }: Signal): string => (typeof domain === 'object' ? domain.name : '')
const resetOf = ({ domain }: Signal): Domain['reset'] => (typeof domain === 'object' ? domain.reset : 'none')
const isInReset = (register: Signal, resets: ReadonlySet<string>): boolean =>
  resetOf(register) !== 'none' && resets.has(domainNameOf(register))

/** The names that a module has for domains of its parent. */
const inside = (domains: Readonly<Record<string, Domain>>, outside: ReadonlySet<string>): ReadonlySet<string> =>
  new Set(Object.entries(domains).flatMap(([inner, outer]) => (outside.has(outer.name) ? [inner] : [])))

const touches = (statement: Statement, target: Signal): boolean => {
  if (statement.kind === 'assign') return statement.target === target
  if (statement.kind === 'when') {
    const bodies = [...statement.branches.map(({ body }) => body), statement.otherwise ?? []]
    return bodies.some((body) => body.some((inner) => touches(inner, target)))
  }
  return statement.kind === 'match' && statement.cases.some(({ body }) => body.some((inner) => touches(inner, target)))
}

/** The number that the bits are in two's complement. */
const signed = (value: bigint, bits: number): bigint => BigInt.asIntN(bits, value)

const operate = (operator: Operator, operands: readonly (readonly [value: bigint, bits: number])[]): bigint => {
  const [[a, aBits] = [0n, 1], [b] = [0n], [c] = [0n]] = operands
  const bit = (holds: boolean): bigint => (holds ? 1n : 0n)
  switch (operator) {
    case 'add':
      return a + b
    case 'sub':
      return a - b
    case 'mul':
      return a * b
    case 'and':
      return a & b
    case 'or':
      return a | b
    case 'xor':
      return a ^ b
    case 'not':
      return ~a
    case 'eq':
      return bit(a === b)
    case 'ne':
      return bit(a !== b)
    case 'lt':
      return bit(a < b)
    case 'le':
      return bit(a <= b)
    case 'gt':
      return bit(a > b)
    case 'ge':
      return bit(a >= b)
    case 'ltSigned':
      return bit(signed(a, aBits) < signed(b, aBits))
    case 'leSigned':
      return bit(signed(a, aBits) <= signed(b, aBits))
    case 'gtSigned':
      return bit(signed(a, aBits) > signed(b, aBits))
    case 'geSigned':
      return bit(signed(a, aBits) >= signed(b, aBits))
    case 'any':
      return bit(a !== 0n)
    case 'all':
      return bit(a === ones(aBits))
    case 'parity':
      return bit([...a.toString(2)].filter((digit) => digit === '1').length % 2 === 1)
    case 'shiftLeft':
      return b > BigInt(aBits) ? 0n : a << b
    case 'shiftRight':
      return b > BigInt(aBits) ? 0n : a >> b
    case 'shiftRightSigned':
      return signed(a, aBits) >> (b > BigInt(aBits) ? BigInt(aBits) : b)
    case 'signExtend':
      return signed(a, aBits)
    case 'cat':
      return operands.reduce((high, [value, bits]) => (high << BigInt(bits)) | value, 0n)
    case 'mux':
      return a === 1n ? b : c
  }
}
