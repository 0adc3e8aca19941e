/** A fault of this program, in its own shape: nobody is to look for it in a design. */
import { createHash } from '#host'
import type { Design, Statement } from '#ir'

/** What is wrong with the nodes of a design that no designer can have done. */
export class InternalFault extends Error {
  override readonly name = 'InternalFault'
  readonly faults: readonly string[]
  /** Tells designs apart in a report. */
  readonly designHash: string

  constructor(design: Design, faults: readonly string[]) {
    const designHash = hashOf(design)
    super(
      [
        'The nodes of this design contradict themselves. That is a fault of Tessera and not of the design.',
        ...faults.map((fault) => `  ${fault}`),
        `Please report it together with this text. Design ${design.top.name}, hash ${designHash}`,
      ].join('\n'),
    )
    this.faults = Object.freeze([...faults])
    this.designHash = designHash
  }
}

const hashOf = (design: Design): string => {
  const hash = createHash('sha256')
  for (const module of design.modules) {
    hash.update(`module ${module.name}\n`)
    for (const { name, role, bits } of [...module.ports, ...module.signals]) hash.update(`${role} ${name} ${bits}\n`)
    for (const { name, bits, depth } of module.memories) hash.update(`memory ${name} ${bits} ${depth}\n`)
    for (const instance of module.instances) hash.update(`instance ${instance.name} ${instance.module.name}\n`)
    hash.update(outline(module.body))
  }
  return hash.digest('hex').slice(0, 12)
}

const outline = (body: readonly Statement[]): string =>
  body
    .map((statement) => {
      if (statement.kind === 'assign') return statement.target.name
      if (statement.kind === 'when') {
        return `when(${[...statement.branches.map((branch) => branch.body), statement.otherwise ?? []].map(outline).join()})`
      }
      if (statement.kind === 'match') return `match(${statement.cases.map((each) => outline(each.body)).join()})`
      return `${statement.memory.name}[]`
    })
    .join(';')
