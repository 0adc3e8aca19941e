import { expect, test } from 'vitest'
import {
  literal,
  memory,
  module,
  op,
  read,
  readPort,
  assign,
  signal,
  slice,
  whenChain,
  write,
} from '../support/nodes.ts'
import { lint, bodyOf, synthesisCheck } from './tools.ts'
import { design } from '../support/nodes.ts'

test('byte enables write group by group, and a registered read shares the block', () => {
  const [address, data, enables, go] = [
    signal('input', 'address', 10),
    signal('input', 'data', 32),
    signal('input', 'enables', 4),
    signal('input', 'go', 1),
  ]
  const [word, shown] = [signal('memoryOutput', 'word', 32), signal('output', 'shown', 32)]
  const store = memory('store', 32, 1024, { read: 'next' })

  const text = bodyOf(
    module('byte_store', {
      ports: [address, data, enables, go, shown],
      signals: [word],
      memories: [store],
      readPorts: [readPort(store, address, word, go)],
      body: [whenChain([[go, [write(store, address, data, enables)]]]), assign(shown, word)],
    }),
  )

  expect(text).toMatchInlineSnapshot(`
    "reg [31:0] store [0:1023];
    reg [31:0] word;

    assign shown = word;

    always @(posedge clk) begin
      if (go) begin
        if (enables[0]) begin
          store[address][7:0] <= data[7:0];
        end
        if (enables[1]) begin
          store[address][15:8] <= data[15:8];
        end
        if (enables[2]) begin
          store[address][23:16] <= data[23:16];
        end
        if (enables[3]) begin
          store[address][31:24] <= data[31:24];
        end
      end
      if (go) begin
        word <= store[address];
      end
    end

    // bits that nothing reads
    wire unused = &{1'b0, rst};"
  `)
})

test('first contents fill the memory once, and reset does not change them', () => {
  const [at, bit, shown] = [signal('input', 'at', 3), signal('input', 'bit_in', 1), signal('output', 'shown', 12)]
  const store = memory('store', 12, 5, { initial: 0xabcn })

  const text = bodyOf(
    module('filled', {
      ports: [at, bit, shown],
      memories: [store],
      body: [whenChain([[bit, [write(store, at, op('cat', at, literal(9, 7)))]]]), assign(shown, read(store, at))],
    }),
  )

  expect(text).toMatchInlineSnapshot(`
    "reg [11:0] store [0:4];

    assign shown = store[at];

    integer i;
    initial begin
      for (i = 0; i < 5; i = i + 1) begin
        store[i] = 12'habc;
      end
    end

    always @(posedge clk) begin
      if (!rst && bit_in) begin
        store[at] <= {at, 9'd7};
      end
    end"
  `)
})

test('an address is cut or extended to what the memory needs', () => {
  const [narrow, wide, shown] = [signal('input', 'narrow', 1), signal('input', 'wide', 9), signal('output', 'shown', 4)]
  const [one, eight] = [memory('one', 4, 1, { initial: 3n }), memory('eight', 4, 8, { initial: 5n })]
  const body = [
    assign(
      shown,
      op('xor', op('add', read(one, wide), read(eight, narrow)), read(eight, op('add', wide, literal(9, 1)))),
    ),
  ]

  const addressed = module('addressed', { ports: [narrow, wide, shown], memories: [one, eight], body })

  expect(bodyOf(addressed)).toMatchInlineSnapshot(`
    "reg [3:0] one [0:0];
    reg [3:0] eight [0:7];

    wire [8:0] shown_part = wide + 9'd1;

    assign shown = (one[1'b0] + eight[{2'd0, narrow}]) ^ eight[shown_part[2:0]];

    integer i;
    initial begin
      for (i = 0; i < 1; i = i + 1) begin
        one[i] = 4'd3;
      end
      for (i = 0; i < 8; i = i + 1) begin
        eight[i] = 4'd5;
      end
    end

    // bits that nothing reads
    wire unused = &{1'b0, shown_part[8:3]};"
  `)
  expect(lint(design(addressed))).toBe('')
  expect(synthesisCheck(design(addressed))).toBe('')
})

test('bits that are written from a wider value are cut out of it', () => {
  const [go, value] = [signal('input', 'go', 2), signal('input', 'value', 8)]
  const [at, shown] = [signal('input', 'at', 2), signal('output', 'shown', 8)]
  const store = memory('store', 8, 4)

  const text = bodyOf(
    module('halves', {
      ports: [go, value, at, shown],
      memories: [store],
      body: [write(store, at, op('cat', slice(value, 0, 4), slice(value, 4, 4)), go), assign(shown, read(store, at))],
    }),
  )

  expect(text).toMatchInlineSnapshot(`
    "reg [7:0] store [0:3];

    assign shown = store[at];

    always @(posedge clk) begin
      if (go[0]) begin
        store[at][3:0] <= value[7:4];
      end
      if (go[1]) begin
        store[at][7:4] <= value[3:0];
      end
    end

    // bits that nothing reads
    wire unused = &{1'b0, rst};"
  `)
})
