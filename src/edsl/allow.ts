/** Warnings that a designer has seen and means. */
import type { Expression } from '#ir'
import { builder, reportMistake } from './context.ts'
import { leafExpressions } from './history.ts'
import { capture } from './origin.ts'
import type { AnyValue } from './shapes-to-values.ts'

/**
 * Switches a warning off, in the module whose body is running: for all of it, or for one value (a port, a register, a
 * wire). The reason is for those who read the design: `allow(spare, 'HDL-0305', 'read by the debugger only')`.
 *
 * Rejects: HDL-0107 for what is no code, for an empty reason, and for a value that is computed and has no name.
 */
export function allow(code: string, reason: string): void
export function allow(value: AnyValue, code: string, reason: string): void
export function allow(...given: readonly [string, string] | readonly [AnyValue, string, string]): void {
  const owner = builder('allow()')
  const origin = capture()
  const [value, code, reason] = given.length === 2 ? [undefined, ...given] : given
  const mistake = (title: string, note: string): void =>
    reportMistake('HDL-0107', title, { origin, note }, [], ["allow(signal, 'HDL-0305', 'why it is as it should be')"])
  if (!/^HDL-\d{4}$/.test(code)) mistake(`'${code}' is no code of a warning`, 'HDL- and four digits')
  if (reason.trim() === '') mistake(`${code} is allowed without a reason`, 'say why it is as it should be')
  const add = (signal: Expression | undefined): void => {
    if (signal !== undefined && signal.kind !== 'signal') {
      mistake(`${code} is allowed for a value that has no name`, 'a port, a register or a wire has one')
      return
    }
    owner.allowances.push(Object.freeze({ kind: 'allowance', code, signal, reason, origin }))
  }
  if (value === undefined) add(undefined)
  else for (const leaf of leafExpressions(value)) add(leaf)
}
