/** Finds reads of what cannot be read: values of other modules, and past values in hardware. */
import type { Expression, Memory, Origin, Signal, Statement, When } from '#ir'
import { type Builder, ownedBy, reportMistake } from './context.ts'

/** Adds HDL-0307 for a value of another module. */
export const reportForeign = (owner: Builder, thing: Signal | Memory, origin: Origin, use: 'read' | 'set'): void => {
  const home = ownedBy.get(thing)?.name ?? 'another design'
  const port = thing.name
  reportMistake(
    'HDL-0307',
    `\`${thing.name}\` belongs to module ${home} and is ${use} in ${owner.name}`,
    { origin, note: `${use} here, in ${owner.name}` },
    [{ origin: thing.origin, note: `made here, in ${home}` }],
    use === 'read'
      ? [
          `give ${owner.name} a port for it: ${port}: input(${shapeText(thing)})`,
          `and connect it where ${owner.name} is used: part.${port}.drive(${port})`,
        ]
      : [
          `give ${owner.name} a port for it: ${port}: output(${shapeText(thing)})`,
          `and set it where ${owner.name} is used, from part.${port}`,
        ],
  )
}

const shapeText = ({ bits }: Signal | Memory): string => (bits === 1 ? 'bit' : `uint(${bits})`)

/**
 * Adds what the finished body of `owner` reads and should not: HDL-0307 for every value of another module, HDL-0311 for
 * every past value that hardware looks at.
 */
export const reportWrongReads = (owner: Builder): void => {
  // Hardware and properties may look at different things: each walks over an expression once.
  const seenBy = { hardware: new Set<Expression>(), properties: new Set<Expression>() }
  let reader: keyof typeof seenBy = 'hardware'
  const told = new Set<object>()
  const tell = (thing: Signal | Memory, origin: Origin): void => {
    if (ownedBy.get(thing) === owner || told.has(thing)) return
    told.add(thing)
    reportForeign(owner, thing, origin, 'read')
  }
  const read = (root: Expression | undefined, origin: Origin): void => {
    if (!root) return
    const pending = [root]
    const seen = seenBy[reader]
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (seen.has(node)) continue
      seen.add(node)
      switch (node.kind) {
        case 'signal':
          tell(node, origin)
          if (node.ghost && reader === 'hardware') reportPast(node, origin)
          break
        case 'operation':
          pending.push(...node.operands)
          break
        case 'slice':
          pending.push(node.operand)
          break
        case 'select':
          pending.push(node.operand, node.index)
          break
        case 'memoryRead':
          tell(node.memory, origin)
          pending.push(node.address)
          break
        case 'literal':
          break
      }
    }
  }
  const walk = (body: readonly Statement[]): void => {
    for (const statement of body) {
      const { origin } = statement
      switch (statement.kind) {
        case 'assign':
          reader = statement.target.ghost ? 'properties' : 'hardware'
          read(statement.value, origin)
          reader = 'hardware'
          break
        case 'when':
          // A condition around properties only is no hardware.
          if (isEmpty(statement)) break
          for (const branch of statement.branches) {
            read(branch.condition, origin)
            walk(branch.body)
          }
          walk(statement.otherwise ?? [])
          break
        case 'match':
          read(statement.subject, origin)
          for (const one of statement.cases) walk(one.body)
          break
        case 'memoryWrite':
          tell(statement.memory, origin)
          for (const part of [statement.address, statement.data, statement.enables]) read(part, origin)
      }
    }
  }
  walk(owner.blocks[0] ?? [])
  for (const one of owner.provided) {
    read(one.clock, one.origin)
    read(one.reset, one.origin)
  }
  for (const signal of owner.signals) read(signal.fallback, signal.origin)
  for (const port of owner.readPorts) {
    tell(port.memory, port.origin)
    read(port.address, port.origin)
    read(port.enable, port.origin)
  }
  reader = 'properties'
  for (const probe of owner.probes) {
    read(probe.valid, probe.origin)
    read(probe.record, probe.origin)
  }
  for (const property of owner.properties) read(property.condition, property.origin)
}

const isEmpty = ({ branches, otherwise }: When): boolean =>
  branches.every(({ body }) => body.length === 0) && (otherwise ?? []).length === 0

const reportPast = (value: Signal, origin: Origin): void =>
  reportMistake(
    'HDL-0311',
    `\`${value.name}\` is a past value, and hardware looks at it`,
    { origin, note: 'this is hardware' },
    [{ origin: value.origin, note: 'this exists for properties only' }],
    [
      'keep the value in a register: const before = reg(shape); before.next(value)',
      'or look at it in assert, assume, cover',
    ],
  )
