import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { simulate } from '#sim/simulate'
import '#sim/simulate/vitest'
import { type Lengths, vga, vga640x480 } from '../../examples/vga.ts'

const length = fc.integer({ min: 1, max: 5 })
const lengths = fc.record({ visible: fc.integer({ min: 2, max: 6 }), front: length, sync: length, back: length })
const all = ({ visible, front, sync, back }: Lengths): number => visible + front + sync + back

test('every pixel of a picture has its place and its pulses, whatever the lengths', () => {
  fc.assert(
    fc.property(lengths, lengths, (line, picture) => {
      using sim = simulate(vga('screen', line, picture))
      const inSync = (place: number, { visible, front, sync }: Lengths) =>
        place >= visible + front && place < visible + front + sync

      for (let cycle = 0; cycle < 2 * all(line) * all(picture); cycle++) {
        const x = cycle % all(line)
        const y = Math.floor(cycle / all(line)) % all(picture)
        const visible = x < line.visible && y < picture.visible
        expect({
          visible: sim.io.visible.value,
          horizontal: sim.io.horizontal.value,
          vertical: sim.io.vertical.value,
          ...(visible && { x: sim.io.x.value, y: sim.io.y.value }),
        }).toEqual({
          visible: visible ? 1 : 0,
          horizontal: inSync(x, line) ? 0 : 1,
          vertical: inSync(y, picture) ? 0 : 1,
          ...(visible && { x, y }),
        })
        sim.step()
      }
    }),
    { seed: 1, numRuns: 30 },
  )
})

test('a picture of 4 by 2 pixels', () => {
  const line = { visible: 4, front: 1, sync: 2, back: 1 }
  const picture = { visible: 2, front: 1, sync: 1, back: 1 }
  using sim = simulate(vga('screen', line, picture), { record: ['visible', 'horizontal', 'vertical'] })

  sim.step(40)

  expect(sim.wave).toMatchWave(`
    visible    ▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁▁▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
    horizontal ▔▔▔▔▔▔▔▔▔▔▁▁▁▁▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▔▔
    vertical   ▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔
  `)
})

test('a picture of 640 by 480 takes 800 times 525 cycles', () => {
  using sim = simulate(vga640x480)
  const now = () => [sim.io.x.value, sim.io.y.value, sim.io.visible.value]

  sim.step(800 * 525 - 1)
  const last = now()
  sim.step()

  expect([last, now()]).toEqual([
    [47, 32, 0],
    [0, 0, 1],
  ])
})
