import { expect, test } from 'vitest'
import { elaborate } from '#edsl'
import { lint } from '../../emit/tools.ts'
import { libraryParts } from '../../support/library-parts.ts'

test.each(libraryParts.map(({ call, make }) => [call, make] as const))('%s is Verilog without a warning', (_, make) => {
  expect(lint(elaborate(make()))).toBe('')
})
