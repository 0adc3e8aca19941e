/** Faults seeded into a design, to see that its proofs notice. */
import { elaborate } from '#edsl'
import type { Design, Module, Signal, Statement } from '#ir'

/** The design in which a signal of a module is always `value`, whatever the module says. */
export const withFault = (
  definition: { readonly name: string },
  inModule: string,
  signal: string,
  value: 0 | 1,
): Design => {
  const design = elaborate(definition)
  const copies = new Map<Module, Module>()
  let found = 0
  // Modules below others come before them.
  for (const module of design.modules) {
    const target = [...module.ports, ...module.signals].find(({ name }) => name === signal)
    const faulty = module.name === inModule && target !== undefined
    if (faulty) found++
    copies.set(module, {
      ...module,
      body: faulty ? [...without(target, module.body), stuck(target, value)] : module.body,
      instances: module.instances.map((one) => ({ ...one, module: copies.get(one.module) ?? one.module })),
    })
  }
  if (found !== 1) throw new Error(`there is no signal ${signal} in a module ${inModule}`)
  return { ...design, top: copies.get(design.top) as Module, modules: [...copies.values()] }
}

const stuck = (target: Signal, value: 0 | 1): Statement => ({
  kind: 'assign',
  target,
  value: { kind: 'literal', bits: target.bits, value: BigInt(value), origin: target.origin },
  origin: target.origin,
})

const without = (target: Signal, body: readonly Statement[]): readonly Statement[] =>
  body.flatMap((statement): readonly Statement[] => {
    if (statement.kind === 'assign') return statement.target === target ? [] : [statement]
    if (statement.kind === 'memoryWrite') return [statement]
    if (statement.kind === 'when')
      return [
        {
          ...statement,
          branches: statement.branches.map((branch) => ({ ...branch, body: without(target, branch.body) })),
          otherwise: statement.otherwise && without(target, statement.otherwise),
        },
      ]
    return [{ ...statement, cases: statement.cases.map((one) => ({ ...one, body: without(target, one.body) })) }]
  })
