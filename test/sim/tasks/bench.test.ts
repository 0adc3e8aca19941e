import { describe, expect, test } from 'vitest'
import { bit, input, module, output, reg, uint, when } from '#edsl'
import { simulate } from '#sim/simulate'
import { bench, TaskCancelled } from '#sim/tasks'

/** Counts while `enable` is 1; `full` at its last value. */
const counter = module(
  'counter',
  { enable: input(bit), count: output(uint(4)), full: output(bit) },
  ({ enable, count, full }) => {
    const value = reg(uint(4), 0)
    when(enable, () => value.next(value.addWrap(1)))
    count.drive(value)
    full.drive(value.eq(15))
  },
)

/** The sum in the same cycle. */
const adder = module('adder', { left: input(uint(8)), sum: output(uint(9)) }, ({ left, sum }) => {
  const last = reg(uint(8), 0)
  last.next(left)
  sum.drive(left.add(last))
})

describe('time', () => {
  test('passes in cycles, and inputs set after an edge are seen by the next', async () => {
    using sim = simulate(counter)

    await bench(sim, async ({ cycles }) => {
      sim.io.enable.value = 1
      await cycles(3)
      sim.io.enable.value = 0
      await cycles(5)
    })

    expect(sim.io.count.value).toBe(3)
    expect(sim.cycle).toBe(8)
  })

  test('passes in nanoseconds, between edges too', async () => {
    using sim = simulate(counter)
    const times: number[] = []

    await bench(sim, async ({ timer }) => {
      for (const nanoseconds of [4, 4, 4, 30]) {
        await timer(nanoseconds)
        times.push(sim.time, sim.cycle)
      }
    })

    expect(times).toEqual([4, 0, 8, 0, 12, 1, 42, 4])
  })

  test('of several clocks passes edge by edge', async () => {
    const two = module('two', { main: output(uint(8)) }, ({ main }) => {
      const value = reg(uint(8), 0)
      value.next(value.addWrap(1))
      main.drive(value)
    })
    using sim = simulate(two, { clocks: { main: { period: 7 } } })
    const seen: number[] = []

    await bench(sim, async ({ start, cycles, timer }) => {
      start(async () => {
        for (let count = 0; count < 3; count++) {
          await cycles()
          seen.push(sim.time)
        }
      })
      await timer(21)
      seen.push(-sim.time)
    })

    expect(seen).toEqual([7, 14, 21, -21])
  })
})

describe('signals', () => {
  test('rising, falling and any edges of ports are waited for', async () => {
    using sim = simulate(counter)
    const at: number[] = []

    await bench(sim, async ({ risingEdge, fallingEdge, edge }) => {
      sim.io.enable.value = 1
      await edge(sim.io.count)
      at.push(sim.cycle)
      await risingEdge(sim.io.full)
      at.push(sim.cycle)
      await fallingEdge(sim.io.full)
      at.push(sim.cycle)
    })

    expect(at).toEqual([1, 15, 16])
  })

  test('an output that follows an input changes without time', async () => {
    using sim = simulate(adder)

    const seen = await bench(sim, async ({ start, edge }) => {
      start(() => {
        sim.io.left.value = 5
      })
      await edge(sim.io.sum)
      return [sim.io.sum.value, sim.cycle]
    })

    expect(seen).toEqual([5, 0])
  })

  test('a condition is looked at whenever something has changed', async () => {
    using sim = simulate(counter)

    await bench(sim, async ({ until }) => {
      sim.io.enable.value = 1
      await until(() => sim.io.count.value === 7)
    })

    expect(sim.cycle).toBe(7)
  })

  test('stable values are those after all tasks have set theirs', async () => {
    using sim = simulate(adder)

    const seen = await bench(sim, async ({ start, readOnly, cycles }) => {
      start(async () => {
        await cycles()
        sim.io.left.value = 9
      })
      // begins to wait first, so it goes on first
      await cycles()
      const early = sim.io.sum.value
      await readOnly()
      return [early, sim.io.sum.value, sim.cycle]
    })

    expect(seen).toEqual([0, 9, 1])
  })

  test('setting an input after readOnly is told with its name', async () => {
    using sim = simulate(adder)

    const run = bench(sim, async ({ readOnly, cycles }) => {
      await readOnly()
      sim.io.left.value = 1
      await cycles()
    })

    await expect(run).rejects.toThrow('SIM-0505: `left` was set after readOnly(), at 0 ns, cycle 0')
  })
})

describe('tasks', () => {
  test('begin when the one that starts them waits, and run in turn', async () => {
    using sim = simulate(counter)
    const order: string[] = []

    await bench(sim, async ({ start, cycles }) => {
      for (const name of ['a', 'b']) {
        start(async () => {
          order.push(`${name}0`)
          await cycles()
          order.push(`${name}1`)
        })
      }
      order.push('bench')
      await cycles(2)
    })

    expect(order).toEqual(['bench', 'a0', 'b0', 'a1', 'b1'])
  })

  test('give their results to those who join', async () => {
    using sim = simulate(counter)

    const sum = await bench(sim, async ({ start, cycles }) => {
      const parts = [3, 1, 2].map((count) =>
        start(async () => {
          await cycles(count)
          return sim.cycle
        }),
      )
      let all = 0
      for (const part of parts) all += await part.join()
      return all
    })

    expect(sum).toBe(6)
  })

  test('that fail without anybody joining fail the bench', async () => {
    using sim = simulate(counter)

    const run = bench(sim, async ({ start, cycles }) => {
      start(async () => {
        await cycles(2)
        throw new Error('too full')
      })
      await cycles(100)
    })

    await expect(run).rejects.toThrow('too full')
    expect(sim.cycle).toBe(2)
  })

  test('that fail give their error to those who join', async () => {
    using sim = simulate(counter)

    const caught = await bench(sim, async ({ start, cycles }) => {
      const task = start(async () => {
        await cycles()
        throw new Error('too full')
      })
      try {
        await task.join()
        return 'nothing'
      } catch (reason) {
        return (reason as Error).message
      }
    })

    expect(caught).toBe('too full')
  })

  test('that are cancelled run their finally blocks, and end where they wait', async () => {
    using sim = simulate(counter)
    const log: string[] = []

    await bench(sim, async ({ start, cycles, risingEdge }) => {
      const task = start(async () => {
        try {
          await risingEdge(sim.io.full)
          log.push('never')
        } finally {
          log.push(`left at ${sim.cycle}`)
        }
      }, 'waiter')
      await cycles(3)
      task.cancel()
      const end = await task.join().catch((reason: unknown) => reason)
      log.push(end instanceof TaskCancelled ? end.message : 'no error')
    })

    expect(log).toEqual(['left at 3', 'task waiter was cancelled'])
  })

  test('that still run when the bench ends are cancelled', async () => {
    using sim = simulate(counter)
    let left = false

    await bench(sim, async ({ start, cycles }) => {
      start(async () => {
        try {
          for (;;) await cycles()
        } finally {
          left = true
        }
      })
      await cycles(4)
    })

    expect(left).toBe(true)
    expect(sim.cycle).toBe(4)
  })

  test('may wait for something outside of the simulation', async () => {
    using sim = simulate(counter)

    await bench(sim, async ({ cycles }) => {
      await cycles()
      await new Promise((resolve) => setTimeout(resolve, 5))
      await cycles()
    })

    expect(sim.cycle).toBe(2)
  })
})

describe('several triggers', () => {
  test('the first of them says which it was, and the others are given up', async () => {
    using sim = simulate(counter)

    const which = await bench(sim, async ({ first, cycles, timer, risingEdge }) => {
      const one = await first(risingEdge(sim.io.full), timer(25), cycles(9))
      return [one, sim.time]
    })

    expect(which).toEqual([1, 25])
  })

  test('all of them are waited for, and give their values in their order', async () => {
    using sim = simulate(counter)

    const values = await bench(sim, async ({ all, start, cycles, queue }) => {
      const numbers = queue<number>()
      start(async () => {
        await cycles(4)
        await numbers.put(42)
      })
      return await all(numbers.get(), cycles(2))
    })

    expect(values[0]).toBe(42)
    expect(sim.cycle).toBe(4)
  })

  test('awaited with Promise.all are refused with the way to write it', async () => {
    using sim = simulate(counter)

    const run = bench(sim, async ({ cycles }) => {
      await Promise.all([cycles(1), cycles(2)])
    })

    await expect(run).rejects.toThrow(
      /SIM-0503: task bench awaits 2 cycles of main .* while it waits for 1 cycle of main/,
    )
  })

  test('what takes too long is told with what was waited for, and where', async () => {
    using sim = simulate(counter)

    const run = bench(sim, async ({ withTimeout, risingEdge }) => {
      await withTimeout(risingEdge(sim.io.full), 50)
    })

    await expect(run).rejects.toThrow(
      /SIM-0502: a rising edge of full \(test\/sim\/tasks\/bench\.test\.ts:\d+\) did not happen within 50 ns, until 50 ns, cycle 5/,
    )
  })

  test('what comes in time gives its value', async () => {
    using sim = simulate(counter)

    const value = await bench(sim, async ({ withTimeout, start, cycles, queue }) => {
      const numbers = queue<number>()
      start(async () => {
        await cycles(2)
        await numbers.put(7)
      })
      return await withTimeout(numbers.get(), 100)
    })

    expect(value).toBe(7)
  })
})

describe('what cannot go on', () => {
  test('tasks that wait for each other are all named', async () => {
    using sim = simulate(counter)

    const run = bench(sim, async ({ start, queue, event }) => {
      const numbers = queue<number>({ name: 'numbers' })
      const go = event('go')
      start(async () => {
        await go.wait()
        await numbers.put(1)
      }, 'producer')
      await numbers.get()
    })

    await expect(run).rejects.toThrow(
      /SIM-0501: nothing can happen any more.*\n {2}bench waits for a value in queue numbers.*\n {2}producer.* waits for event go/,
    )
  })

  test('tasks that keep each other busy without time passing are stopped', async () => {
    using sim = simulate(counter)

    const run = bench(sim, async ({ until }) => {
      for (;;) await until(() => true)
    })

    await expect(run).rejects.toThrow('SIM-0504: tasks went on 10000 times without time passing, at 0 ns, cycle 0')
  })

  test('a signal that never changes is given up after a million edges', async () => {
    using sim = simulate(counter)

    const run = bench(sim, async ({ risingEdge }) => risingEdge(sim.io.full))

    await expect(run).rejects.toThrow(
      /SIM-0501: for 1000000 clock edges nothing .*\n {2}bench waits for a rising edge of full/,
    )
  })

  test('a trigger outside of a task is refused', async () => {
    using sim = simulate(counter)

    const kept = await bench(sim, ({ cycles }) => ({ later: cycles(1) }))

    await expect(async () => kept.later).rejects.toThrow('is awaited outside of a task')
  })
})

describe('exchange', () => {
  test('a lock is given to those who want it in the order in which they asked', async () => {
    using sim = simulate(counter)
    const order: string[] = []

    await bench(sim, async ({ start, cycles, lock, all }) => {
      const bus = lock('bus')
      const tasks = ['a', 'b', 'c'].map((name) =>
        start(async () => {
          using held = await bus.acquire()
          void held
          order.push(`${name}${sim.cycle}`)
          await cycles(2)
        }),
      )
      await all(...tasks.map(({ ended }) => ended))
    })

    expect(order).toEqual(['a0', 'b2', 'c4'])
  })

  test('a queue with little room makes who fills it wait', async () => {
    using sim = simulate(counter)
    const log: string[] = []

    await bench(sim, async ({ start, cycles, queue }) => {
      const numbers = queue<number>({ capacity: 1 })
      start(async () => {
        for (let value = 0; value < 3; value++) {
          await numbers.put(value)
          log.push(`put ${value} at ${sim.cycle}`)
        }
      })
      for (let count = 0; count < 3; count++) {
        await cycles(2)
        log.push(`got ${await numbers.get()}`)
      }
    })

    expect(log).toEqual(['put 0 at 0', 'got 0', 'put 1 at 2', 'got 1', 'put 2 at 4', 'got 2'])
  })

  test('an event wakes all who wait, and those who come later until it is cleared', async () => {
    using sim = simulate(counter)
    const woken: string[] = []

    await bench(sim, async ({ start, cycles, event }) => {
      const ready = event<number>('ready')
      for (const name of ['a', 'b']) start(async () => void woken.push(`${name}${await ready.wait()}`))
      await cycles()
      ready.set(5)
      await cycles()
      woken.push(`late${await ready.wait()}`)
      ready.clear()
      expect(ready.isSet).toBe(false)
    })

    expect(woken).toEqual(['a5', 'b5', 'late5'])
  })
})

test('the same bench is the same run, on both engines', async () => {
  const run = async (engine: 'wasm' | 'verilator'): Promise<readonly string[]> => {
    using sim = engine === 'wasm' ? simulate(counter) : await simulate(counter, { engine: 'verilator' })
    const log: string[] = []
    await bench(sim, async ({ start, cycles, edge, first, timer }) => {
      start(async () => {
        for (;;) {
          await edge(sim.io.count)
          log.push(`count ${sim.io.count.value} at ${sim.time}`)
        }
      })
      start(async () => {
        for (let turn = 0; ; turn++) {
          log.push(`first ${await first(timer(3 + 7 * turn), cycles(turn + 1))}`)
          sim.io.enable.value = turn % 3 === 0 ? 0 : 1
        }
      })
      await cycles(20)
    })
    return log
  }

  const log = await run('wasm')

  expect(log.length).toBeGreaterThan(15)
  expect(await run('wasm')).toEqual(log)
  expect(await run('verilator')).toEqual(log)
})
