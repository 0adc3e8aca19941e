/** Warnings that a designer has seen and means. */
import type { Signal } from '#ir'
import { builder, reportMistake } from './context.ts'
import { leafExpressions } from './history.ts'
import { capture } from './origin.ts'

/**
 * Switches a warning off, in the module whose body is running: for all of it, or for one value (a port, a register, a
 * wire). The reason is for those who read the design: `allow('HDL-0305', 'read by the debugger only', spare)`.
 *
 * Rejects: HDL-0107 for what is no code, for an empty reason, and for a value that is computed and has no name.
 */
export const allow = (code: string, reason: string, value?: object): void => {
  const owner = builder('allow()')
  const origin = capture()
  const mistake = (title: string, note: string): void =>
    reportMistake('HDL-0107', title, { origin, note }, [], ["allow('HDL-0305', 'why it is as it should be', signal)"])
  if (!/^HDL-\d{4}$/.test(code)) mistake(`'${code}' is no code of a warning`, 'HDL- and four digits')
  if (reason.trim() === '') mistake(`${code} is allowed without a reason`, 'say why it is as it should be')
  const add = (signal: Signal | undefined): void =>
    void owner.allowances.push(Object.freeze({ kind: 'allowance', code, signal, reason, origin }))
  if (value === undefined) {
    add(undefined)
    return
  }
  for (const leaf of leafExpressions(value))
    if (leaf.kind === 'signal') add(leaf)
    else mistake(`${code} is allowed for a value that has no name`, 'a port, a register or a wire has one')
}
