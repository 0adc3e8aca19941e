import type { Diagnostic } from '#ir'
import { elaborate, type ModuleDefinition } from '#edsl'
import { DesignError } from '#report'

/** What is wrong with a design; nothing when it elaborates. */
export const mistakesOf = (definition: Pick<ModuleDefinition, 'name'>): readonly Diagnostic[] => {
  try {
    elaborate(definition)
  } catch (error) {
    if (error instanceof DesignError) return error.diagnostics
    throw error
  }
  return []
}

/** The codes of what is wrong. */
export const codesOf = (definition: Pick<ModuleDefinition, 'name'>): readonly string[] =>
  mistakesOf(definition).map(({ code }) => code)
