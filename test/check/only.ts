/** What one rule tells of a design. */
import { checkDesign } from '#check'
import type { Design, Diagnostic } from '#ir'

/** The rules, of which only mistakes with these codes are looked at. */
export const only =
  (...codes: readonly string[]) =>
  (design: Design): readonly Diagnostic[] =>
    checkDesign(design).filter(({ code }) => codes.includes(code))
