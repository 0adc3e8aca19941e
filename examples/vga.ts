/** The timing of a picture on a VGA monitor. */
import { bitsFor, bit, input, instance, module, output, reg, states, uint, when } from '#edsl'

/** Lengths of one axis: in pixels for a line, in lines for a picture. */
export interface Lengths {
  readonly visible: number
  readonly front: number
  readonly sync: number
  readonly back: number
}

/** One axis: what is visible, a pause, the pulse for the monitor, a pause, and again. */
const axis = (name: string, lengths: Lengths) => {
  const { visible: pixels, front, sync: pulse, back } = lengths
  const placeBits = bitsFor(Math.max(pixels, front, pulse, back) - 1)
  return module(
    name,
    { advance: input(bit), place: output(uint(placeBits)), visible: output(bit), sync: output(bit), ends: output(bit) },
    ({ advance, place, visible, sync, ends }) => {
      const part = states('visible', 'front', 'sync', 'back')
      const count = reg(uint(placeBits), 0)
      const leaves = (length: number) => advance.and(count.eq(length - 1))
      const leave = (length: number, next: 'visible' | 'front' | 'sync' | 'back') =>
        when(leaves(length), () => {
          count.next(0)
          part.go(next)
        })

      when(advance, () => count.next(count.addWrap(1)))
      part.match({
        visible: () => leave(pixels, 'front'),
        front: () => leave(front, 'sync'),
        sync: () => leave(pulse, 'back'),
        back: () => leave(back, 'visible'),
      })
      place.drive(count)
      visible.drive(part.is('visible'))
      sync.drive(part.is('sync'))
      ends.drive(part.is('back').and(leaves(back)))
    },
  )
}

/**
 * Counts pixels and lines, and says when the monitor begins anew.
 *
 * Ports: `x`, `y` the pixel, when `visible` is 1; `horizontal`, `vertical` the pulses, 0 while they last.
 * Timing: a pixel per cycle, from the upper left one on; the pulses belong to the same cycle.
 * Reset: the upper left pixel.
 */
export const vga = (name: string, line: Lengths, picture: Lengths) => {
  const xAxis = axis(`${name}_line`, line)
  const yAxis = axis(`${name}_picture`, picture)
  return module(
    name,
    {
      x: output(xAxis.ports.place.shape),
      y: output(yAxis.ports.place.shape),
      visible: output(bit),
      horizontal: output(bit),
      vertical: output(bit),
    },
    ({ x, y, visible, horizontal, vertical }) => {
      const pixels = instance(xAxis)
      const lines = instance(yAxis)
      pixels.advance.drive(1)
      lines.advance.drive(pixels.ends)

      x.drive(pixels.place)
      y.drive(lines.place)
      visible.drive(pixels.visible.and(lines.visible))
      horizontal.drive(pixels.sync.not())
      vertical.drive(lines.sync.not())
    },
  )
}

/** 640 by 480 pixels, 60 times per second at 25.175 MHz. Source: VESA Display Monitor Timing 1.0 rev. 13, id 04h. */
export const vga640x480 = vga(
  'vga_640x480',
  { visible: 640, front: 16, sync: 96, back: 48 },
  { visible: 480, front: 10, sync: 2, back: 33 },
)
