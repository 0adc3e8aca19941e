/** The lint rules about signals: what they find, and what they leave alone. */
import { type Rule, RuleTester } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, it } from 'vitest'
import { signals } from '../../tools/eslint-signals.ts'

RuleTester.describe = describe
RuleTester.it = it

const filename = `${import.meta.dirname}/example.ts`

const tester = new RuleTester({
  files: ['**/*.ts'],
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: {
      projectService: { allowDefaultProject: ['test/lint/example.ts'] },
      tsconfigRootDir: `${import.meta.dirname}/../..`,
    },
  },
})

/** Hardware values as the language has them, and things of the host beside them. */
const declarations = `
  declare class UInt<Width extends number> { readonly __signal: true; readonly width: Width; eq(b: unknown): UInt<1> }
  declare const valid: UInt<1>, full: UInt<1>
  declare const maybe: UInt<1> | undefined
  declare const request: { readonly valid: UInt<1>, readonly tag: string }
  declare const ready: boolean, count: number, name: string
  declare let held: UInt<8>
  declare function when(condition: UInt<1>, body: () => void): void
`

type Message<Name extends keyof typeof signals.rules> = keyof (typeof signals.rules)[Name]['meta']['messages'] & string

function rule<Name extends keyof typeof signals.rules>(
  name: Name,
  cases: { readonly refuses: readonly (readonly [string, ...Message<Name>[]])[]; readonly accepts: readonly string[] },
): void {
  tester.run(`signals/${name}`, signals.rules[name] as unknown as Rule.RuleModule, {
    valid: cases.accepts.map((code) => ({ name: `accepts ${code}`, filename, code: declarations + code })),
    invalid: cases.refuses.map(([code, ...messages]) => ({
      name: `refuses ${code}`,
      filename,
      code: declarations + code,
      errors: messages.map((messageId) => ({ messageId })),
    })),
  })
}

rule('condition', {
  refuses: [
    ['if (valid) count', 'condition'],
    ['if (request.valid) count', 'condition'],
    ['if (valid.eq(1)) count', 'condition'],
    ['if (maybe) count', 'condition'],
    ['while (valid) count', 'condition'],
    ['do count; while (valid)', 'condition'],
    ['for (; valid; ) count', 'condition'],
    ['const a = valid ? 1 : 2', 'condition'],
    ['const a = !valid', 'not'],
    ['const a = !(ready ? valid : full)', 'condition', 'condition'],
    ['const a = valid && full', 'and'],
    ['const a = valid || full', 'or'],
    ['const a = valid && full && ready', 'and', 'condition'],
    ['if (valid && full) count', 'and', 'condition'],
    ['if (ready && full) count', 'condition'],
    ['if (maybe ?? full) count', 'condition', 'condition'],
    ['held &&= held', 'and'],
    ['held ||= held', 'or'],
    ['const a = Boolean(valid)', 'condition'],
    ['switch (valid) { default: count }', 'switch'],
    ['function f<V extends UInt<number>>(v: V) { if (v) return 1; return 2 }', 'condition'],
    ['function f<V extends UInt<number> | string>(v: V) { return v ? 1 : 2 }', 'condition'],
  ],
  accepts: [
    'when(valid, () => {})',
    'if (ready) count',
    'if (!ready && count > 0) count',
    'if (maybe !== undefined) count',
    'if (request) count',
    'const a = ready ? valid : full',
    'const a = maybe ?? full',
    'const a = ready && full',
    'for (const one of [valid, full]) one.eq(1)',
    'function f<V>(v: V) { return v ? 1 : 2 }',
  ],
})

rule('text', {
  refuses: [
    ['const a = `${valid}`', 'text'],
    ['const a = `${name} is ${request.valid} and ${full}`', 'text', 'text'],
    ["const a = 'value ' + valid", 'sum'],
    ["const a = valid + ''", 'sum'],
    ['let a = name; a += valid', 'sum'],
    ['const a = String(valid)', 'text'],
  ],
  accepts: [
    'const a = `${name} ${count} ${held.width} ${request.tag}`',
    "const a = name + 'x' + count",
    'declare function show(t: TemplateStringsArray, ...v: unknown[]): string; const a = show`${valid} now`',
  ],
})

rule('compare', {
  refuses: [
    ['const a = valid === full', 'compare'],
    ['const a = valid == full', 'compare'],
    ['const a = valid !== full', 'compare'],
    ['const a = valid != full', 'compare'],
    ['const a = held < valid', 'compare'],
    ['const a = held <= 3', 'compare'],
    ['const a = 3 > held', 'compare'],
    ['const a = held >= valid', 'compare'],
    ['const a = maybe === full', 'compare'],
  ],
  accepts: [
    'const a = valid.eq(full)',
    'const a = maybe === undefined',
    'const a = maybe != null',
    'const a = held.width === valid.width',
    'const a = count < 3',
    'const a = Object.is(valid, full)',
  ],
})
