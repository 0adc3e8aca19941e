/** Whether the nodes of a design are what their types promise: a check of this program, not of designers. */
import type { Design, Module } from '#ir'
import { InternalFault } from './internal-fault.ts'
import { scopeOf } from './scope.ts'
import type { Scope } from './scope.ts'
import { validateBody } from './validate-body.ts'
import { validateWidth } from './validate-expression.ts'
import { validateStructure } from './validate-structure.ts'

/** Throws an InternalFault with everything that contradicts the comments of `#ir`; returns when nothing does. */
export const validateDesign = (design: Design): void => {
  const faults: string[] = []
  validateOrder(design, (text) => faults.push(text))
  for (const module of design.modules)
    validateModule(
      module,
      scopeOf(module, (text) => faults.push(text)),
    )
  if (faults.length > 0) throw new InternalFault(design, faults)
}

const validateModule = (module: Module, scope: Scope): void => {
  validateStructure(module, scope)
  validateBody(module.body, scope)
  for (const { name, valid, record } of module.probes) {
    validateWidth(valid, 1, scope, `probe ${name}`)
    validateWidth(record, record.bits, scope, `probe ${name}`)
  }
  for (const { condition, sentence } of module.properties) validateWidth(condition, 1, scope, `fact '${sentence}'`)
}

const validateOrder = (design: Design, fault: (text: string) => void): void => {
  if (design.modules.at(-1) !== design.top) fault('the top is not the last module')
  const names = new Set<string>()
  const before = new Set<Module>()
  for (const module of design.modules) {
    if (names.has(module.name)) fault(`two modules have the name ${module.name}`)
    names.add(module.name)
    for (const instance of module.instances) {
      if (!before.has(instance.module)) fault(`${module.name}: ${instance.module.name} does not come before its parent`)
    }
    before.add(module)
  }
}
