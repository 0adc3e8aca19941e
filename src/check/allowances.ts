/** HDL-0321, and the switches of warnings: what `allow` silences. */
import type { Allowance, Module, Origin } from '#ir'
import type { Finding } from './rule.ts'
import { writtenAs } from './words.ts'

/** The codes that may be meant. All others are mistakes whatever the reason. */
const switches: ReadonlySet<string> = new Set([
  ...['HDL-0305', 'HDL-0306', 'HDL-0320', 'HDL-0322', 'HDL-0323', 'HDL-0324'],
  ...['HDL-0401', 'HDL-0403', 'HDL-0404'],
  ...['HDL-0503', 'HDL-0504'],
])

/** Whether a mistake with this code is a warning: it has a switch, or is about one. */
export const mayBeMeant = (code: string): boolean => switches.has(code) || code === 'HDL-0321'

/** The findings of a module that its allowances do not silence, and the allowances that silence nothing. */
export const withoutAllowed = (module: Module, findings: readonly Finding[]): readonly Finding[] => {
  if (module.allowances.length === 0) return findings
  // a record is allowed leaf by leaf, and one of them is enough
  const used = new Set<Origin>()
  const left = findings.filter((finding) => {
    const found = module.allowances.filter((allowance) => silences(allowance, finding))
    for (const allowance of found) used.add(allowance.origin)
    return found.length === 0
  })
  const useless = new Map(module.allowances.map((allowance) => [allowance.origin, allowance]))
  for (const origin of used) useless.delete(origin)
  return [...left, ...[...useless.values()].map((allowance) => tell(module, allowance))]
}

const silences = ({ code, signal }: Allowance, finding: Finding): boolean =>
  code === finding.code && switches.has(code) && (signal === undefined || (finding.about ?? []).includes(signal))

const tell = (module: Module, { code, signal, reason, origin }: Allowance): Finding => {
  const about = signal === undefined ? 'in this module' : `about \`${writtenAs(module, signal)}\``
  const hasSwitch = switches.has(code)
  return {
    code: 'HDL-0321',
    title: hasSwitch ? `nothing is told as ${code} ${about}` : `${code} cannot be allowed`,
    at: { origin, note: hasSwitch ? `allows what does not happen: '${reason}'` : 'not a warning with a switch' },
    also: signal === undefined ? [] : [{ origin: signal.origin, note: 'the signal' }],
    fixes: hasSwitch ? [{ title: 'take the allowance out', origin, edit: { kind: 'remove' } }] : [],
    help: hasSwitch ? ['take the line out'] : [`mend it instead: docs/errors/${code}.md`],
  }
}
