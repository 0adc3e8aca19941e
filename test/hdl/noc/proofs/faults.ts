/** Faults seeded into a design: other values for signals of a module. */
import type { Design, Expression, Module, Operation, Operator, Origin, Signal, Statement } from '#ir'

/** What a fault is made of: signals of the module by name, and operators. */
export interface Tools {
  readonly signal: (name: string) => Signal
  readonly and: (...values: Expression[]) => Expression
  readonly or: (...values: Expression[]) => Expression
  readonly not: (value: Expression) => Expression
  readonly any: (value: Expression) => Expression
  readonly eq: (one: Expression, other: Expression) => Expression
  readonly add: (one: Expression, other: Expression) => Expression
  readonly mux: (condition: Expression, one: Expression, other: Expression) => Expression
  readonly cat: (...values: Expression[]) => Expression
  readonly bits: (value: Expression, lsb: number, bits: number) => Expression
  readonly number: (bits: number, value: number) => Expression
}

const toolsOf = (module: Module, origin: Origin): Tools => {
  const make = (operator: Operator, operands: readonly Expression[], bits: number): Operation => ({
    ...{ kind: 'operation', operator, operands, bits, origin },
  })
  const joined =
    (operator: Operator) =>
    (...values: Expression[]): Expression =>
      values.reduce((all, one) => make(operator, [all, one], all.bits))
  return {
    signal: (name) => {
      const found = [...module.ports, ...module.signals].find((one) => one.name === name)
      if (!found) throw new Error(`${module.name} has no signal ${name}`)
      return found
    },
    and: joined('and'),
    or: joined('or'),
    not: (value) => make('not', [value], value.bits),
    any: (value) => make('any', [value], 1),
    eq: (one, other) => make('eq', [one, other], 1),
    add: (one, other) => make('add', [one, other], one.bits),
    mux: (condition, one, other) => make('mux', [condition, one, other], one.bits),
    cat: (...values) =>
      make(
        'cat',
        values,
        values.reduce((sum, { bits }) => sum + bits, 0),
      ),
    bits: (operand, lsb, bits) => ({ kind: 'slice', operand, lsb, bits, origin }),
    number: (bits, value) => ({ kind: 'literal', bits, value: BigInt(value), origin }),
  }
}

/**
 * The design in which all modules whose name fits `inModule` give signals whose name fits `signal` what `value` makes of the
 * right value, wherever they set them.
 *
 * Rejects: an error when there is nothing to change.
 */
export const altered = (
  design: Design,
  inModule: RegExp,
  signal: RegExp,
  value: (right: Expression, tools: Tools, target: Signal, module: Module) => Expression,
): Design => {
  const copies = new Map<Module, Module>()
  let changes = 0
  for (const module of design.modules) {
    const tools = toolsOf(module, module.origin)
    const change = (body: readonly Statement[]): readonly Statement[] =>
      body.map((statement): Statement => {
        switch (statement.kind) {
          case 'assign': {
            const { target } = statement
            if (!signal.test(target.name)) return statement
            changes++
            return { ...statement, value: value(statement.value, tools, target, module) }
          }
          case 'when':
            return {
              ...statement,
              branches: statement.branches.map((branch) => ({ ...branch, body: change(branch.body) })),
              otherwise: statement.otherwise && change(statement.otherwise),
            }
          case 'memoryWrite':
            return statement
          default:
            return { ...statement, cases: statement.cases.map((one) => ({ ...one, body: change(one.body) })) }
        }
      })
    copies.set(module, {
      ...module,
      body: inModule.test(module.name) ? change(module.body) : module.body,
      instances: module.instances.map((one) => ({ ...one, module: copies.get(one.module) ?? one.module })),
    })
  }
  if (changes === 0) throw new Error(`no module ${inModule} sets a signal ${signal}`)
  return { ...design, top: copies.get(design.top)!, modules: [...copies.values()] }
}

/** A register of one bit that a fault needs besides: 0 after reset, then what `next` says. */
export const remembering = (
  design: Design,
  inModule: RegExp,
  name: string,
  next: (tools: Tools, module: Module) => Expression,
): Design => {
  const copies = new Map<Module, Module>()
  for (const module of design.modules) {
    const instances = module.instances.map((one) => ({ ...one, module: copies.get(one.module) ?? one.module }))
    const { origin } = module
    const register: Signal = {
      ...{ kind: 'signal', name, label: name, bits: 1, signed: false, role: 'register', domain: module.domains[0] },
      ...{ cases: undefined, reset: 0n, fallback: undefined, crossing: undefined, ghost: false, origin },
    }
    copies.set(
      module,
      inModule.test(module.name)
        ? {
            ...{ ...module, instances, signals: [...module.signals, register] },
            body: [
              ...module.body,
              { kind: 'assign', target: register, value: next(toolsOf(module, origin), module), origin },
            ],
          }
        : { ...module, instances },
    )
  }
  return { ...design, top: copies.get(design.top)!, modules: [...copies.values()] }
}
