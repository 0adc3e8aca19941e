/** Whether statements keep the promises of their nodes. */
import type { Match, MemoryWrite, Statement, When } from '#ir'
import type { Scope } from './scope.ts'
import { validateExpression, validateWidth } from './validate-expression.ts'

/** Adds what is wrong with a block of statements and all inside of it. */
export const validateBody = (body: readonly Statement[], scope: Scope): void => {
  for (const statement of body) {
    switch (statement.kind) {
      case 'assign':
        if (!scope.signals.has(statement.target)) {
          scope.fault(`${statement.target.name} is set and belongs to another module`)
        }
        validateWidth(statement.value, statement.target.bits, scope, `value of ${statement.target.name}`)
        break
      case 'when':
        validateWhen(statement, scope)
        break
      case 'match':
        validateMatch(statement, scope)
        break
      case 'memoryWrite':
        validateWrite(statement, scope)
        break
    }
  }
}

const validateWhen = (statement: When, scope: Scope): void => {
  if (statement.branches.length === 0) scope.fault('when without a branch')
  for (const { condition, body } of statement.branches) {
    validateWidth(condition, 1, scope, 'condition of when')
    validateBody(body, scope)
  }
  validateBody(statement.otherwise ?? [], scope)
}

const validateMatch = ({ subject, cases }: Match, scope: Scope): void => {
  validateExpression(subject, scope, 'subject of match')
  const codes = new Set<number>()
  for (const { name, code, body } of cases) {
    if (!Number.isInteger(code) || code < 0 || code >= 2 ** subject.bits) {
      scope.fault(`case ${name} has code ${code}, the subject ${subject.bits} bits`)
    }
    if (codes.has(code)) scope.fault(`case ${name} has the code ${code} of another case`)
    codes.add(code)
    validateBody(body, scope)
  }
}

const validateWrite = ({ memory, address, data, enables }: MemoryWrite, scope: Scope): void => {
  const where = `write to ${memory.name}`
  if (!scope.memories.has(memory)) scope.fault(`${where}: the memory belongs to another module`)
  validateExpression(address, scope, where)
  validateWidth(data, memory.bits, scope, where)
  if (enables === undefined) return
  validateExpression(enables, scope, where)
  if (memory.bits % enables.bits !== 0) scope.fault(`${where}: ${enables.bits} enables for ${memory.bits} bits`)
}
