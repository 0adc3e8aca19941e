// Lint rules, with type information. Formatting is prettier's business.
import { tsImport } from 'tsx/esm/api'
import tseslint from 'typescript-eslint'

const { signals } = await tsImport('./tools/eslint-signals.ts', import.meta.url)

const forbiddenSyntax = [
  ['ExportDefaultDeclaration', 'Give it a name: a default export has a different one in every file.'],
  ['TSEnumDeclaration', 'Use a union of literals, or a frozen record: an enum cannot be erased.'],
  ['TSModuleDeclaration[global!=true]', 'Use a file: a namespace cannot be erased.'],
  ['TSParameterProperty', 'Declare the field: a parameter property cannot be erased.'],
  ['Decorator', 'Call a function: a decorator cannot be erased.'],
].map(([selector, message]) => ({ selector, message }))

// eslint-disable-next-line no-restricted-syntax -- eslint reads its configuration from the default export
export default tseslint.config(
  { ignores: ['node_modules', 'out', 'build', 'coverage', '.cache'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { rules: { 'no-restricted-syntax': ['error', ...forbiddenSyntax] } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { signals },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'signals/condition': 'error',
      'signals/text': 'error',
      'signals/compare': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      // A method may be async because its interface is.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['examples/**/*.ts', 'hdl/**/*.ts', 'src/**/*.ts', 'sim/**/*.ts', 'synth/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 400 }] },
  },
)
