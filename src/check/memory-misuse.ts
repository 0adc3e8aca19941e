/** HDL-0402 to HDL-0405: memories that are read or written where nothing is, or that cannot be what they are told to be. */
import { knownBits, operandsOf, drivesOf, writesOf } from '#analysis'
import type { Expression, Mark, Memory, MemoryRead, Module, Origin, ReadPort } from '#ir'
import type { Finding, Rule } from './rule.ts'
import { variableOf } from './words.ts'

/** Tells addresses that are never inside of the memory. */
export const addressOutside: Rule = (module) => {
  if (module.memories.length === 0) return []
  const bits = knownBits(module)
  return usesOf(module).flatMap(({ memory, address, origin, verb }) => {
    // the smallest address that the known bits leave
    const least = bits(address).ones
    if (least < BigInt(memory.depth)) return []
    const name = `\`${variableOf(memory)}\``
    return [
      {
        code: 'HDL-0402',
        title: `${name} has no word ${least}`,
        at: { origin, note: `${verb} at ${least} or above` },
        also: [{ origin: memory.origin, note: `words 0 to ${memory.depth - 1}` }],
        help: [`use an address below ${memory.depth}`, `or make the memory deeper:  memory(shape, ${least + 1n}, ...)`],
      },
    ]
  })
}

/** Tells memories that no FPGA makes in the style that they ask for. */
export const impossibleStyle: Rule = (module) =>
  module.memories.flatMap((memory): readonly Finding[] => {
    const writes = new Set(writesOf(module).flatMap(({ write }) => (write.memory === memory ? [write.address] : [])))
    const marks = writesOf(module).flatMap(({ write }) =>
      write.memory === memory ? [{ origin: write.origin, note: 'a write at an address of its own' }] : [],
    )
    const name = `\`${variableOf(memory)}\``
    if (memory.style === 'block' && memory.read === 'now') {
      return [
        tellStyle(
          memory,
          `${name} cannot be block RAM: its words are read in the same cycle`,
          [],
          [
            "read one cycle later:  { read: 'next', style: 'block' }",
            "or leave it to logic:  { read: 'now', style: 'distributed' }",
          ],
        ),
      ]
    }
    const ports = memory.style === 'block' ? 2 : memory.style === 'distributed' ? 1 : Infinity
    if (writes.size <= ports) return []
    const kind = memory.style === 'block' ? 'block RAM' : 'distributed RAM'
    return [
      tellStyle(memory, `${name} cannot be ${kind}: it is written at ${writes.size} addresses`, marks, [
        `choose the address first, and write once:  write(mux(which, one, other), ...)`,
        "or let it be registers:  { style: 'registers' }",
      ]),
    ]
  })

/** Tells memories that are read, and never have contents. */
export const emptyMemory: Rule = (module) => {
  const written = new Set(writesOf(module).map(({ write }) => write.memory))
  return module.memories.flatMap((memory) => {
    if (memory.initial !== undefined || written.has(memory)) return []
    const reader = usesOf(module).find((use) => use.memory === memory)
    if (reader === undefined) return []
    return [
      {
        code: 'HDL-0404',
        title: `\`${variableOf(memory)}\` is never written`,
        at: { origin: memory.origin, note: 'memory without contents: its words are random for ever' },
        also: [{ origin: reader.origin, note: 'read here' }],
        help: [
          `write it:  ${variableOf(memory)}.write(address, value)`,
          'or give it first contents:  { contents: [...] }',
        ],
      },
    ]
  })
}

/** Tells read ports that promise never to meet a write, and read at its very address. */
export const brokenPromise: Rule = (module) =>
  module.readPorts.flatMap((port) => {
    if (port.during !== 'never') return []
    const meeting = writesOf(module).find(
      ({ write, conditions }) =>
        write.memory === port.memory &&
        write.domain.name === port.domain.name &&
        sameAddress(write.address, port.address) &&
        (port.enable === undefined || conditions.at(-1) === port.enable || conditions.length === 0),
    )
    return meeting === undefined ? [] : [tellPromise(port, meeting.write.origin)]
  })

const sameAddress = (one: Expression, other: Expression): boolean =>
  one === other || (one.kind === 'literal' && other.kind === 'literal' && one.value === other.value)

interface Use {
  readonly memory: Memory
  readonly address: Expression
  readonly origin: Origin
  readonly verb: 'read' | 'written'
}

const usesOf = (module: Module): readonly Use[] => [
  ...writesOf(module).map(({ write: { memory, address, origin } }) => ({
    memory,
    address,
    origin,
    verb: 'written' as const,
  })),
  ...module.readPorts.map(({ memory, address, origin }) => ({ memory, address, origin, verb: 'read' as const })),
  ...readsOf(module).map(({ memory, address, origin }) => ({ memory, address, origin, verb: 'read' as const })),
]

/** Every word that is read as logic. */
const readsOf = (module: Module): readonly MemoryRead[] => {
  const found = new Set<Expression>()
  const add = (value: Expression | undefined): void => {
    if (value !== undefined) found.add(value)
  }
  for (const drives of drivesOf(module).values()) {
    for (const { assign, conditions } of drives) [assign.value, ...conditions].forEach(add)
  }
  for (const { write, conditions } of writesOf(module)) {
    ;[write.address, write.data, write.enables, ...conditions].forEach(add)
  }
  for (const { address, enable } of module.readPorts) [address, enable].forEach(add)
  for (const { fallback } of [...module.ports, ...module.signals]) add(fallback)
  for (const { condition } of module.properties) add(condition)
  for (const { valid, record } of module.probes) [valid, record].forEach(add)
  // a Set goes on with what is added while it is walked
  for (const node of found) operandsOf(node).forEach(add)
  return [...found].filter((node) => node.kind === 'memoryRead')
}

const tellStyle = (memory: Memory, title: string, also: readonly Mark[], help: readonly string[]): Finding => ({
  code: 'HDL-0403',
  title,
  at: { origin: memory.origin, note: `style: '${memory.style}'` },
  also,
  help,
})

const tellPromise = ({ memory, origin }: ReadPort, write: Origin): Finding => ({
  code: 'HDL-0405',
  title: `\`${variableOf(memory)}\` is read where it is written`,
  at: { origin, note: "promises that this never happens: { during: 'never' }" },
  also: [
    { origin: write, note: 'written at the same address, at the same edge' },
    { origin: memory.origin, note: 'the memory' },
  ],
  help: [
    "say what the read is to see of it:  { during: 'old' } or { during: 'new' }",
    'or read only while nothing is written',
  ],
})
