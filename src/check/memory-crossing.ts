/** HDL-0401 and HDL-0504: memories that several clocks have to do with. */
import { writesOf } from '#analysis'
import type { Memory, MemoryWrite } from '#ir'
import { clockedUses } from './clocked-uses.ts'
import { clocksOf, sourcesIn, writtenBy } from './clocks.ts'
import type { Clock } from './clocks.ts'
import type { Finding, Rule } from './rule.ts'
import { variableOf } from './words.ts'

/** Tells memories that are written in two domains. */
export const memoryOfTwoWriters: Rule = (module) => {
  if (clocksOf(module).size < 2) return []
  return module.memories.flatMap((memory) => {
    const first = new Map<Clock, MemoryWrite>()
    for (const { write } of writesOf(module)) {
      if (write.memory === memory && !first.has(write.domain.name)) first.set(write.domain.name, write)
    }
    const [one, other] = first.values()
    if (one === undefined || other === undefined) return []
    return [
      {
        code: 'HDL-0401',
        title: `\`${variableOf(memory)}\` is written with two clocks`,
        at: { origin: other.origin, note: `written at the edge of \`${other.domain.name}\`` },
        also: [
          { origin: one.origin, note: `written at the edge of \`${one.domain.name}\`` },
          { origin: memory.origin, note: 'the memory: most FPGA tools make registers of it, or refuse it' },
        ],
        help: [`write in one domain, and bring the words there through an asynchronous FIFO`],
      },
    ]
  })
}

/** Tells words that are written in one domain and read in another. */
export const memoryCrossing: Rule = (module) => {
  if (clocksOf(module).size < 2) return []
  const written = writtenBy(module)
  const registered = module.readPorts.flatMap(({ memory, output, domain, origin }) => {
    const other = [...(written.get(memory) ?? [])].find((clock) => clock !== domain.name)
    if (other === undefined || output.crossing !== undefined) return []
    const note = `read at the edge of \`${domain.name}\``
    return [{ ...tell(memory, other, domain.name, { origin, note }), about: [output] }]
  })
  const sourcesOf = sourcesIn(module)
  const asLogic = clockedUses(module).flatMap((use) => {
    const told = new Set<Memory>()
    return use.values.flatMap(({ value, origin, note }) =>
      [...sourcesOf(value)].flatMap(([clock, { from }]) => {
        if (from.kind !== 'memory' || clock === use.clock || told.has(from)) return []
        told.add(from)
        const finding = tell(from, clock, use.clock, { origin, note })
        return [{ ...finding, about: use.signal === undefined ? [] : [use.signal] }]
      }),
    )
  })
  return [...registered, ...asLogic].map((finding) => ({ ...finding, also: [...finding.also, ...writesTo(finding)] }))

  function writesTo({ memory, written: clock }: { readonly memory: Memory; readonly written: Clock }): Finding['also'] {
    const write = writesOf(module).find(
      (each) => each.write.memory === memory && each.write.domain.name === clock,
    )?.write
    return write === undefined
      ? []
      : [{ origin: write.origin, note: `written at the edge of \`${write.domain.name}\`` }]
  }
}

const tell = (
  memory: Memory,
  written: Clock,
  read: Clock,
  at: Finding['at'],
): Finding & { readonly memory: Memory; readonly written: Clock } => ({
  memory,
  written,
  code: 'HDL-0504',
  title: `\`${variableOf(memory)}\` is written with \`${written}\` and read with \`${read}\``,
  at,
  also: [{ origin: memory.origin, note: 'the memory' }],
  help: [
    'pass the words through an asynchronous FIFO of #hdl/lib;',
    'if a word is read only long after it was written, say what sees to that:',
    `  allow('HDL-0504', 'reason')`,
  ],
})
