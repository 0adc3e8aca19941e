/** Directed tests of the privileged interface: any platform passes them. TCU sections 4.11, 5, 9.7 and 9.8. */
import type { CreatePlatform } from './conformance/bench.ts'
import { aborts } from './privileged/aborts.ts'
import { activities } from './privileged/activities.ts'
import { translation } from './privileged/translation.ts'

/** Declares those that need no other system than the pair of tiles with all parts, for platforms that `createPlatform` powers up. */
export const privileged = (createPlatform: CreatePlatform): void => {
  activities(createPlatform)
  translation(createPlatform)
  aborts(createPlatform)
}
