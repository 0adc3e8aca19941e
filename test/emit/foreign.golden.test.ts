import { expect, test } from 'vitest'
import { emitDesign } from '#emit'
import * as ir from '../support/nodes.ts'
import { bodyOf } from './tools.ts'

/** A part whose Verilog somebody else wrote. */
const part = (name: string, taps: number) => {
  const pixel = ir.domain('pixel')
  return ir.module(name, {
    domains: [ir.mainDomain, pixel],
    ports: [ir.input('DATA_IN', 8), ir.output('dataOut', 8)],
    external: {
      kind: 'external',
      verilogName: 'FILTER_X',
      parameters: { TAPS: taps, MODE: 'fast "1"', SEED: 0x1_2345_6789n, OFFSET: -3 },
      files: ['hdl/blackbox/filter.v'],
      pins: { main: { clock: 'CLKA', reset: 'nothing_rst' }, pixel: { clock: 'CLKB', reset: undefined } },
    },
  })
}

const [data, between, shown] = [ir.input('data', 8), ir.instanceOutput('between', 8), ir.output('shown', 8)]
const [into, again, last] = [ir.wire('into', 8), ir.wire('again', 8), ir.instanceOutput('last', 8)]
const pixel = ir.domain('pixel')
const sameDomains = { main: ir.mainDomain, pixel }
const top = ir.module('FILTER_X', {
  domains: [ir.mainDomain, pixel],
  ports: [data, shown],
  signals: [into, between, again, last],
  instances: [
    ir.instance('first', part('filter_4', 4), { DATA_IN: into, dataOut: between }, 1, sameDomains),
    ir.instance('second', part('filter_8', 8), { DATA_IN: again, dataOut: last }, 1, sameDomains),
  ],
  body: [ir.assign(into, data), ir.assign(again, between), ir.assign(shown, last)],
})

test('foreign Verilog keeps its name, its ports and its pins, and gets parameters', () => {
  expect(bodyOf({ ...top, name: 'parent' }, / {2}FILTER_X #[^;]*;/g)).toMatchInlineSnapshot(`
    "FILTER_X #(
      .TAPS   (4),
      .MODE   ("fast \\"1\\""),
      .SEED   (33'h1_2345_6789),
      .OFFSET (-3)
    ) first (
      .CLKA        (clk),
      .nothing_rst (rst),
      .CLKB        (pixel_clk),
      .DATA_IN     (data),
      .dataOut     (between)
    );
    FILTER_X #(
      .TAPS   (8),
      .MODE   ("fast \\"1\\""),
      .SEED   (33'h1_2345_6789),
      .OFFSET (-3)
    ) second (
      .CLKA        (clk),
      .nothing_rst (rst),
      .CLKB        (pixel_clk),
      .DATA_IN     (between),
      .dataOut     (last)
    );"
  `)
})

test('foreign Verilog is not written, but its files are named once, and nobody takes its name', () => {
  const { files, foreign, top: name } = emitDesign(ir.design(top))

  expect(files.map((file) => file.name)).toEqual(['FILTER_X_2.v'])
  expect(name).toBe('FILTER_X_2')
  expect(foreign).toEqual(['hdl/blackbox/filter.v'])
})
