import { expect, test } from 'vitest'
import type { Domain, Memory, ReadPort } from '#ir'
import { emitDesign } from '#emit'
import * as ir from '../support/nodes.ts'
import { bodyOf, joined, lint, memoryCells, otherDomain, synthesisCheck, textOf } from './tools.ts'

interface Kind {
  readonly bits?: number
  readonly depth?: number
  readonly groups?: number
  readonly reads?: number
  readonly read?: Memory['read']
  readonly during?: ReadPort['during']
  readonly style?: Memory['style']
  readonly initial?: Memory['initial']
  /** Domain of the reads. */
  readonly reader?: Domain
}

/** A memory with one write port and some read ports, each with an address of its own. */
const kept = (name: string, kind: Kind) => {
  const { bits = 8, depth = 1024, groups = 1, reads = 1, read = 'next', during = 'old', reader = ir.mainDomain } = kind
  const store = ir.memory('store', bits, depth, { read, initial: kind.initial, style: kind.style ?? 'auto' })
  const addressBits = Math.log2(depth)
  const [go, at, data, enables] = [
    ir.input('go'),
    ir.input('at', addressBits),
    ir.input('data', bits),
    ir.input('enables', groups),
  ]
  const ports = Array.from({ length: reads }, (_, index) => {
    const [enable, address] = [ir.input(`read_${index}`), ir.input(`address_${index}`, addressBits)]
    const word = ir.memoryOutput(`word_${index}`, bits, { domain: reader })
    const port = ir.readPort(store, address, word, enable, { domain: reader, during })
    const shown = ir.output(`shown_${index}`, bits)
    const source = read === 'now' ? ir.read(store, address) : word
    return { inputs: read === 'now' ? [address] : [enable, address], word, port, shown, source }
  })
  return ir.module(name, {
    domains: reader === ir.mainDomain ? [reader] : [ir.mainDomain, reader],
    ports: [
      go,
      at,
      data,
      ...(groups > 1 ? [enables] : []),
      ...ports.flatMap(({ inputs, shown }) => [...inputs, shown]),
    ],
    signals: read === 'now' ? [] : ports.map(({ word }) => word),
    memories: [store],
    readPorts: read === 'now' ? [] : ports.map(({ port }) => port),
    body: [
      ir.when(go, [ir.write(store, at, data, groups > 1 ? enables : undefined)]),
      ...ports.map(({ shown, source }) => ir.assign(shown, source)),
    ],
  })
}

test('what is written at the edge of the read comes from registers beside the block', () => {
  const top = kept('forwarded', { bits: 16, groups: 2, during: 'new', initial: 5n })

  expect(bodyOf(top)).toMatchInlineSnapshot(`
    "reg [15:0] store [0:1023];
    reg [1:0]  word_0_is_written;
    reg [15:0] word_0_written;
    reg [15:0] word_0_stored;

    wire [15:0] word_0 = {
      word_0_is_written[1] ? word_0_written[15:8] : word_0_stored[15:8],
      word_0_is_written[0] ? word_0_written[7:0] : word_0_stored[7:0]
    };

    assign shown_0 = word_0;

    integer i;
    initial begin
      for (i = 0; i < 1024; i = i + 1) begin
        store[i] = 16'd5;
      end
    end

    always @(posedge clk) begin
      if (!rst && go) begin
        if (enables[0]) begin
          store[at][7:0] <= data[7:0];
        end
        if (enables[1]) begin
          store[at][15:8] <= data[15:8];
        end
      end
      if (read_0) begin
        word_0_stored <= store[address_0];
      end
    end

    always @(posedge clk) begin
      if (read_0) begin
        word_0_is_written <= {!rst && go && enables[1] && at == address_0, !rst && go && enables[0] && at == address_0};
      end
    end

    always @(posedge clk) begin
      if (read_0) begin
        word_0_written <= data;
      end
    end"
  `)
  expect(lint(ir.design(top))).toBe('')
  expect(synthesisCheck(ir.design(top))).toBe('')
})

test('a promise not to read what is written is checked', () => {
  const top = kept('promised', { during: 'never' })

  expect(textOf(top)).toContain(
    'store_is_not_read_where_it_is_written_at_the_same_edge: assert (!(read_0 && go && at == address_0));',
  )
  expect(textOf(top, { variant: 'simulation' })).toContain(
    '$fatal(1, "store is not read where it is written at the same edge',
  )
  expect(lint(ir.design(top), {}, ['-DFORMAL'])).toBe('')
})

test('two clocks have a block each, and a style is an attribute', () => {
  const top = kept('shared', { depth: 4, reader: ir.domain('reader'), style: 'distributed' })

  expect(bodyOf(top)).toMatchInlineSnapshot(`
    "(* ram_style = "distributed" *) reg [7:0] store [0:3];
    reg [7:0] word_0;

    assign shown_0 = word_0;

    always @(posedge clk) begin
      if (go) begin
        store[at] <= data;
      end
    end

    always @(posedge reader_clk) begin
      if (read_0) begin
        word_0 <= store[address_0];
      end
    end

    // bits that nothing reads
    wire unused = &{1'b0, rst, reader_rst};"
  `)
  expect(lint(ir.design(top))).toBe('')
})

test('writes from two clocks are what such a memory is for', () => {
  const second = ir.domain('second')
  const store = ir.memory('store', 4, 8)
  const [at, data, shown] = [ir.input('at', 3), ir.input('data', 4), ir.output('shown', 4)]
  const top = ir.module('twice_written', {
    domains: [ir.mainDomain, second],
    ports: [at, data, shown],
    memories: [store],
    body: [
      ir.write(store, at, data),
      ir.write(store, ir.slice(data, 1, 3), data, undefined, { domain: second }),
      ir.assign(shown, ir.read(store, at)),
    ],
  })

  expect(textOf(top)).toContain('// verilator lint_off MULTIDRIVEN\n  reg [3:0] store [0:7];')
  expect(lint(ir.design(top))).toBe('')
})

test('a memory that a parameter leaves without writes may be anything', () => {
  const store = ir.memory('store', 4, 8)
  const [at, shown] = [ir.input('at', 3), ir.output('shown', 4)]
  const never = ir.when(ir.literal(1, 0), [ir.write(store, at, ir.literal(4, 3))])
  const body = [never, ir.assign(shown, ir.read(store, at))]
  const top = ir.design(ir.module('never_written', { ports: [at, shown], memories: [store], body }))

  expect(lint(top)).toBe('')
  expect(synthesisCheck(top)).toBe('')
})

test('a list of words is written word by word, with zeros behind it', () => {
  const top = kept('listed', { depth: 4, read: 'now', initial: [1n, 255n] })

  expect(bodyOf(top, / {2}integer[^]*?\n {2}end/g)).toMatchInlineSnapshot(`
    "integer i;
    initial begin
      store[0] = 8'd1;
      store[1] = 8'd255;
      for (i = 2; i < 4; i = i + 1) begin
        store[i] = 8'd0;
      end
    end"
  `)
})

test('a long list is a file beside the Verilog where that is wanted, and in the text otherwise', () => {
  const words = Array.from({ length: 300 }, (_, at) => BigInt(at % 251))
  const top = ir.design(kept('long_list', { depth: 512, initial: words }))

  const { files, data } = emitDesign(top, { contents: 'files' })

  expect(files[0]?.text).toContain('$readmemh("long_list_store.hex", store);')
  expect(data.map(({ name }) => name)).toEqual(['long_list_store.hex'])
  expect(data[0]?.text.split('\n').slice(249, 253)).toEqual(['f9', 'fa', '00', '01'])
  expect(data[0]?.text.split('\n')).toHaveLength(513)
  const alone = emitDesign(top)
  expect(alone.data).toEqual([])
  expect(alone.files[0]?.text).toContain("store[299] = 8'd48;")
  expect(lint(top, { contents: 'files' })).toBe('')
})

/** What yosys makes of each kind: for iCE40, ECP5 and Xilinx. */
const cellsOfKinds: readonly (readonly [name: string, kind: Kind, ice40: string, ecp5: string, xilinx: string])[] = [
  ['old', {}, 'SB_RAM40_4K 2', 'DP16KD 1', 'RAMB18E1 1'],
  ['new', { during: 'new' }, 'SB_RAM40_4K 2', 'DP16KD 1', 'RAMB18E1 1'],
  ['never', { during: 'never' }, 'SB_RAM40_4K 2', 'DP16KD 1', 'RAMB18E1 1'],
  ['enabled', { bits: 32, groups: 4, during: 'new' }, 'SB_RAM40_4K 8', 'DP16KD 2', 'RAMB36E1 1'],
  ['two_clocks', { reader: otherDomain }, 'SB_RAM40_4K 2', 'DP16KD 1', 'RAMB18E1 1'],
  ['two_reads', { reads: 2 }, 'SB_RAM40_4K 4', 'DP16KD 2', 'RAMB18E1 2'],
  ['filled', { initial: [3n, 4n] }, 'SB_RAM40_4K 2', 'DP16KD 1', 'RAMB18E1 1'],
  ['small', { depth: 64, style: 'block' }, 'SB_RAM40_4K 1', 'DP16KD 1', 'RAMB18E1 1'],
  ['now', { depth: 64, read: 'now' }, '', 'TRELLIS_DPR16X4 8', 'RAM64M 3'],
  ['flat', { depth: 8, style: 'registers' }, '', '', ''],
]

test.each(['ice40', 'ecp5', 'xilinx'] as const)('every kind of memory is what %s has for it', (family) => {
  const kinds = cellsOfKinds.map(([name, kind]) => kept(`kept_${name}`, kind))

  const cells = memoryCells(ir.design(joined('all_kinds', kinds)), family)

  const column = { ice40: 2, ecp5: 3, xilinx: 4 } as const
  expect(kinds.map(({ name }) => [name, cells.get(name)])).toEqual(
    cellsOfKinds.map((row) => [`kept_${row[0]}`, row[column[family]]]),
  )
})
