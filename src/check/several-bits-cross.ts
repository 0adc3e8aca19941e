/** HDL-0503: bits that cross side by side, and may arrive at different edges. */
import { drivesOf } from '#analysis'
import type { Expression, Module, Signal } from '#ir'
import { clockOf, clocksOf, sourcesIn } from './clocks.ts'
import type { Finding, Rule } from './rule.ts'
import { shapeOf, variableOf, writtenAs } from './words.ts'

/**
 * Tells registers that may cross and sample several bits at every edge, from pins or from a register that does not count
 * in Gray code. What is sampled under a condition is taken to be a handshake; ports and instances are not looked into.
 */
export const severalBitsCross: Rule = (module) => {
  if (clocksOf(module).size < 2) return []
  const sourcesOf = sourcesIn(module)
  return [...drivesOf(module)].flatMap(([register, drives]) => {
    if (register.crossing === undefined || register.bits === 1) return []
    return drives.flatMap(({ assign, conditions }): readonly Finding[] => {
      if (conditions.length > 0) return []
      for (const [clock, { from }] of sourcesOf(assign.value)) {
        if (clock === clockOf(register) || from.kind === 'memory' || !mayTear(module, from)) continue
        const name = `\`${variableOf(register)}\``
        return [
          {
            code: 'HDL-0503',
            title: `the ${register.bits} bits of ${name} may come from different edges of \`${variableOf(from)}\``,
            at: {
              origin: assign.origin,
              note: 'taken at every edge, also while some bits have changed and others not',
            },
            also: [
              {
                origin: from.origin,
                note:
                  clock === 'asynchronous' ? 'belongs to no clock' : `moves with \`${clock}\`, several bits at once`,
              },
              { origin: register.origin, note: `may cross: '${register.crossing}'` },
            ],
            help: [
              'let a Gray code cross, which changes one bit at a time:',
              `  const gray = reg(${shapeOf(from)}, 0)`,
              `  gray.next(${writtenAs(module, from)}.xor(${writtenAs(module, from)}.shiftRight(1)))`,
              'or take it only while it holds still:',
              `  when(arrived, () => ${variableOf(register)}.next(${writtenAs(module, from)}))`,
            ],
            about: [register, from],
          },
        ]
      }
      return []
    })
  })
}

const mayTear = (module: Module, from: Signal): boolean => {
  if (from.bits === 1) return false
  if (from.domain === 'asynchronous') return true
  return from.role === 'register' && !(drivesOf(module).get(from) ?? []).every(({ assign }) => isGray(assign.value))
}

/** Whether a value is `count.xor(count.shiftRight(1))`, or a constant. */
const isGray = (value: Expression): boolean => {
  if (value.kind === 'literal') return true
  if (value.kind !== 'operation' || value.operator !== 'xor') return false
  const [one, other] = value.operands
  return one !== undefined && other !== undefined && (isHalf(other, one) || isHalf(one, other))
}

/** Whether a value is another one, shifted right by one bit. */
const isHalf = (value: Expression, whole: Expression): boolean => {
  if (value.kind !== 'operation') return false
  const [first, second] = value.operands
  if (first === undefined || second === undefined) return false
  if (value.operator === 'shiftRight') return first === whole && second.kind === 'literal' && second.value === 1n
  return (
    value.operator === 'cat' &&
    value.operands.length === 2 &&
    first.kind === 'literal' &&
    first.bits === 1 &&
    first.value === 0n &&
    second.kind === 'slice' &&
    second.operand === whole &&
    second.lsb === 1
  )
}
