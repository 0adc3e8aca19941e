/** All rules over all modules. */
import type { Design, Diagnostic, Mark } from '#ir'
import { mayBeMeant, withoutAllowed } from './allowances.ts'
import { constantComparison, constantCondition, constantProperty } from './constant.ts'
import { crossing } from './crossing.ts'
import { latch } from './latch.ts'
import { loop } from './loop.ts'
import { memoryCrossing, memoryOfTwoWriters } from './memory-crossing.ts'
import { addressOutside, brokenPromise, emptyMemory, impossibleStyle } from './memory-misuse.ts'
import { notDrivable } from './not-drivable.ts'
import { pathsFrom, withPath } from './paths.ts'
import type { Rule } from './rule.ts'
import { namesAlike } from './names-alike.ts'
import { noWayBack, unreachableState } from './states.ts'
import { severalBitsCross } from './several-bits-cross.ts'
import { twoDrivers } from './two-drivers.ts'
import { undriven } from './undriven.ts'
import { unread } from './unread.ts'
import { unsetRegister } from './unset-register.ts'

/**
 * Everything that is wrong with a design, in the order of the source, together with what was found `earlier`. A mistake
 * that several modules share, because they come from the same lines, is told once. After earlier mistakes the nodes are not
 * what the designer wrote, so that what may be meant, like a value that nobody reads, is not told then.
 */
export const checkDesign = (design: Design, earlier: readonly Diagnostic[] = []): readonly Diagnostic[] => {
  const paths = pathsFrom(design.top)
  const alike = namesAlike(design)
  const found = design.modules.flatMap((module) => {
    const path = paths.get(module) ?? [module.name]
    const findings = withoutAllowed(module, [...(alike.get(module) ?? []), ...rules.flatMap((rule) => rule(module))])
    return findings
      .filter(({ code }) => earlier.length === 0 || !mayBeMeant(code))
      .map(({ code, title, at, also, help, fixes = [] }) => ({ code, title, at, also, path, help, fixes }))
  })
  const before = earlier.map((diagnostic) => withPath(diagnostic, design, paths))
  return inSourceOrder(once([...before, ...found]))
}

const rules: readonly Rule[] = [
  ...[undriven, unsetRegister, twoDrivers, latch, loop, notDrivable],
  ...[unread, unreachableState, noWayBack],
  ...[constantCondition, constantComparison, constantProperty],
  ...[addressOutside, impossibleStyle, emptyMemory, brokenPromise],
  ...[crossing, severalBitsCross, memoryCrossing, memoryOfTwoWriters],
]

const inSourceOrder = (found: readonly Diagnostic[]): readonly Diagnostic[] => {
  const keyed = found.map((diagnostic) => ({ diagnostic, place: diagnostic.at.origin.places[0] }))
  return keyed
    .toSorted((one, other) => {
      if (one.place === undefined || other.place === undefined) {
        return Number(one.place === undefined) - Number(other.place === undefined)
      }
      if (one.place.file !== other.place.file) return one.place.file < other.place.file ? -1 : 1
      return one.place.line - other.place.line || one.place.column - other.place.column
    })
    .map(({ diagnostic }) => diagnostic)
}

const once = (found: readonly Diagnostic[]): readonly Diagnostic[] => {
  const seen = new Set<string>()
  return found.filter((diagnostic) => {
    if (diagnostic.at.origin.places.length === 0) return true
    const marks = [diagnostic.at, ...diagnostic.also]
    const key = JSON.stringify([diagnostic.code, diagnostic.title, ...marks.map(placeKey)])
    return !seen.has(key) && seen.add(key)
  })
}

const placeKey = ({ origin, note }: Mark): readonly unknown[] => [note, ...origin.places]
