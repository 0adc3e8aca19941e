import { expect, test } from 'vitest'
import type { Signal, Statement } from '#ir'
import { design, literal, matchCodes, module, op, assign, signal, whenChain } from '../support/nodes.ts'
import { bodyOf, synthesisCheck } from './tools.ts'

const [a, b, c] = [signal('input', 'a', 1), signal('input', 'b', 1), signal('input', 'c', 1)]
const mode = signal('input', 'mode', 2)
const register = (name: string, options: { readonly reset?: number } = {}): Signal =>
  signal('register', name, 8, options)
const number = (value: number) => literal(8, value)
const decide = (signals: readonly Signal[], body: readonly Statement[]): string =>
  bodyOf(module('decide', { ports: [a, b, c, mode], signals, body }), / {2}always[^]*?\n {2}end\n/g)

test('a branch that does nothing for a register still keeps it from later branches', () => {
  const [x, y] = [register('x'), register('y')]

  const text = decide(
    [x, y],
    [
      whenChain(
        [
          [a, [assign(y, number(1))]],
          [b, [assign(x, number(2))]],
        ],
        [assign(x, number(3)), assign(y, number(4))],
      ),
    ],
  )

  expect(text).toMatchInlineSnapshot(`
    "always @(posedge clk) begin
      if (!a) begin
        if (b) begin
          x <= 8'd2;
        end else begin
          x <= 8'd3;
        end
      end
    end
    always @(posedge clk) begin
      if (a) begin
        y <= 8'd1;
      end else if (!b) begin
        y <= 8'd4;
      end
    end"
  `)
})

test('a silent branch between two others is skipped with its negation', () => {
  const [x, y] = [register('x', { reset: 0 }), register('y')]

  const text = decide(
    [x, y],
    [
      whenChain([
        [a, [assign(x, number(1))]],
        [b, [assign(y, number(2))]],
        [c, [assign(x, number(3))]],
      ]),
    ],
  )

  expect(text).toMatchInlineSnapshot(`
    "always @(posedge clk) begin
      if (rst) begin
        x <= 8'd0;
      end else if (a) begin
        x <= 8'd1;
      end else if (!b && c) begin
        x <= 8'd3;
      end
    end
    always @(posedge clk) begin
      if (!a && b) begin
        y <= 8'd2;
      end
    end"
  `)
})

test('a later assignment wins', () => {
  const x = register('x')

  const text = decide(
    [x],
    [
      assign(x, number(9)),
      assign(x, number(1)),
      whenChain([[a, [assign(x, number(2)), whenChain([[b, [assign(x, number(3))]]])]]]),
      whenChain([[c, [assign(x, number(4))]]]),
    ],
  )

  expect(text).toMatchInlineSnapshot(`
    "always @(posedge clk) begin
      x <= 8'd1;
      if (a) begin
        x <= 8'd2;
        if (b) begin
          x <= 8'd3;
        end
      end
      if (c) begin
        x <= 8'd4;
      end
    end"
  `)
})

test('conditions that hold always or never leave no trace', () => {
  const x = register('x')

  const text = decide(
    [x],
    [
      whenChain([
        [literal(1, 0), [assign(x, number(1))]],
        [op('ge', mode, literal(2, 0)), [whenChain([[a, [assign(x, number(2))]]])]],
        [b, [assign(x, number(3))]],
      ]),
      matchCodes(literal(2, 1), [
        ['never', 0, [assign(x, number(4))]],
        ['always', 1, [whenChain([[c, [assign(x, number(5))]]])]],
      ]),
    ],
  )

  expect(text).toMatchInlineSnapshot(`
    "always @(posedge clk) begin
      if (a) begin
        x <= 8'd2;
      end
      if (c) begin
        x <= 8'd5;
      end
    end"
  `)
})

test('cases that do the same stand together, and the others do nothing', () => {
  const wire = signal('output', 'level', 8, { fallback: number(0) })

  const text = bodyOf(
    module('levels', {
      ports: [mode, wire],
      body: [
        matchCodes(mode, [
          ['low', 0, [assign(wire, number(1))]],
          ['middle', 1, [assign(wire, number(2))]],
          ['alsoLow', 2, [assign(wire, number(1))]],
        ]),
      ],
    }),
  )

  expect(text).toMatchInlineSnapshot(`
    "always @* begin
      level = 8'd0;
      case (mode)
        2'd0, 2'd2: level = 8'd1; // low, alsoLow
        2'd1: level = 8'd2; // middle
        default: ;
      endcase
    end"
  `)
})

test('a wire without a fallback is no latch where the cases of its subject end', () => {
  const cases = { low: 0, middle: 1, high: 2 }
  const [kind, level] = [signal('input', 'kind', 2, { cases }), signal('output', 'level', 8)]
  const body = [
    matchCodes(kind, [
      ['low', 0, [assign(level, number(1))]],
      ['middle', 1, [assign(level, number(2))]],
      ['high', 2, [assign(level, number(3))]],
    ]),
  ]

  const levels = module('levels', { ports: [kind, level], body })

  expect(bodyOf(levels, / {2}always[^]*?\n {2}end\n/g)).toMatchInlineSnapshot(`
    "always @* begin
      level = 8'd0;
      case (kind)
        KIND_LOW: level = 8'd1;
        KIND_MIDDLE: level = 8'd2;
        KIND_HIGH: level = 8'd3;
        default: ;
      endcase
    end"
  `)
  expect(synthesisCheck(design(levels))).toBe('')
})
