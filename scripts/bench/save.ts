/** From a saved module to the result of its test, as `vitest` shows it to somebody who leaves it running. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { startVitest } from 'vitest/node'
import { median } from './row.ts'

const folder = 'out/bench/save'
const rounds = 7

const counter = (step: number): string => `import { bit, input, module, output, reg, uint, when } from '#edsl'

/** Counts cycles in which \`enable\` is high. */
export const counter = module(
  'counter',
  { enable: input(bit), count: output(uint(8)) },
  ({ enable, count }) => {
    const value = reg(uint(8), 0)
    when(enable, () => value.next(value.addWrap(${step})))
    count.drive(value)
  },
)
`

const test = `import { expect, test } from 'vitest'
import { simulate } from '#sim/simulate'
import { counter } from './counter.ts'

test('counts while enabled', () => {
  using sim = simulate(counter)
  sim.io.enable.value = 1
  sim.step(10)
  expect(sim.io.count.value % 10).toBe(0)
})
`

/** Seconds, the median of several saves. */
export const saveToResult = async (): Promise<number> => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/counter.ts`, counter(1))
  writeFileSync(`${folder}/counter.test.ts`, test)
  let tell = (_passed: boolean): void => {}
  const result = (): Promise<boolean> => new Promise((resolve) => (tell = resolve))

  const first = result()
  const vitest = await startVitest('test', [], {
    ...{ watch: true, include: [`${folder}/*.test.ts`], root: process.cwd() },
    reporters: [{ onTestRunEnd: (_modules, _errors, reason) => tell(reason === 'passed') }],
  })
  try {
    const times: number[] = []
    if (!(await first)) throw new Error('the test of the module does not pass')
    for (let round = 0; round < rounds; round++) {
      const ended = result()
      const from = performance.now()
      writeFileSync(`${folder}/counter.ts`, counter(1 + (round % 2)))
      if (!(await ended)) throw new Error('the test of the saved module does not pass')
      times.push((performance.now() - from) / 1000)
    }
    return median(times)
  } finally {
    await vitest.close()
  }
}
