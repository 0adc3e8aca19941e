import { beforeAll, describe } from 'vitest'
import { defaultSystem } from '#layout'
import { buildHardware, lockstepOf } from '../support/generated-platforms.ts'
import { conformance } from './conformance.ts'
import { impatientSystem } from './conformance/bench.ts'

beforeAll(() => buildHardware([defaultSystem, impatientSystem]), 900_000)

describe('the generated hardware, in lockstep with the golden model', () => {
  conformance(lockstepOf)
})
