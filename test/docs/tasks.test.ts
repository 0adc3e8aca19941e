/** The code of docs/tasks.md: it stands here, and runs. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { uint } from '#edsl'
import { fifo } from '#hdl/lib'
import { simulate } from '#sim/simulate'
import { bench } from '#sim/tasks'

test('a queue keeps the order', async () => {
  using sim = simulate(fifo(uint(8), 4))
  const received: number[] = []

  await bench(sim, async ({ start, cycles, until }) => {
    start(async () => {
      for (const value of [1, 2, 3]) {
        sim.io.from.payload.value = value
        sim.io.from.valid.value = 1
        await until(() => sim.io.from.ready.value === 1)
        await cycles()
      }
      sim.io.from.valid.value = 0
    })
    sim.io.to.ready.value = 1
    while (received.length < 3) {
      await until(() => sim.io.to.valid.value === 1)
      received.push(sim.io.to.payload.value)
      await cycles()
    }
  })

  expect(received).toEqual([1, 2, 3])
})

test('the page has the code that runs here', () => {
  const page = readFileSync('docs/tasks.md', 'utf8')
  const [example = ''] = /```ts\ntest[^]*?\n```/.exec(page) ?? []
  const own = readFileSync('test/docs/tasks.test.ts', 'utf8')

  expect(example.length).toBeGreaterThan(200)
  expect(own).toContain(example.replace(/^```ts\n/, '').replace(/\n```$/, ''))
})
