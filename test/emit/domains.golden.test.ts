import { expect, test } from 'vitest'
import type { Domain } from '#ir'
import { simulationSource } from '#emit'
import * as ir from '../support/nodes.ts'
import { bodyOf, lint, synthesisCheck, textOf } from './tools.ts'

const pixel = ir.domain('pixel', 'asynchronous')
const pins = ir.domain('pins', 'none')

/** A register per domain that counts, and an output for each. */
const counters = (name: string, ...domains: readonly Domain[]) => {
  const parts = domains.map((domain) => ({
    count: ir.register(`${domain.name}_count`, 4, { reset: 3, domain }),
    shown: ir.output(`${domain.name}_shown`, 4, { domain }),
  }))
  return ir.module(name, {
    domains,
    ports: parts.map(({ shown }) => shown),
    signals: parts.map(({ count }) => count),
    body: parts.flatMap(({ count, shown }) => [
      ir.assign(count, ir.op('add', count, ir.literal(4, 1))),
      ir.assign(shown, count),
    ]),
  })
}

test('each domain has its clock, and its reset in the form that it has', () => {
  const top = counters('three', ir.mainDomain, pixel, pins)

  expect(textOf(top).slice(textOf(top).indexOf('module'))).toMatchInlineSnapshot(`
    "module three (
      input  wire       clk,
      input  wire       rst,
      input  wire       pixel_clk,
      input  wire       pixel_rst,
      input  wire       pins_clk,
      output wire [3:0] main_shown,
      output wire [3:0] pixel_shown,
      output wire [3:0] pins_shown
    );
      reg [3:0] main_count;
      reg [3:0] pixel_count;
      reg [3:0] pins_count;

      assign main_shown  = main_count;
      assign pixel_shown = pixel_count;
      assign pins_shown  = pins_count;

      always @(posedge clk) begin
        if (rst) begin
          main_count <= 4'd3;
        end else begin
          main_count <= main_count + 4'd1;
        end
      end

      always @(posedge pixel_clk or posedge pixel_rst) begin
        if (pixel_rst) begin
          pixel_count <= 4'd3;
        end else begin
          pixel_count <= pixel_count + 4'd1;
        end
      end

      initial pins_count = 4'd3;
      always @(posedge pins_clk) begin
        pins_count <= pins_count + 4'd1;
      end
    endmodule
    \`default_nettype wire
    "
  `)
  expect(lint(ir.design(top))).toBe('')
  expect(synthesisCheck(ir.design(top))).toBe('')
})

test('an instance gets the clocks that its parent gives it', () => {
  const child = counters('child', ir.mainDomain, pixel)
  const outputs = child.ports.map(({ name }) => ir.instanceOutput(`child_${name}`, 4))
  const connections = Object.fromEntries(child.ports.map(({ name }, index) => [name, outputs[index] ?? ir.wire(name)]))
  const fast = ir.domain('fast')
  const top = ir.module('parent', {
    domains: [fast, pins],
    ports: [ir.output('sum', 8)],
    signals: outputs,
    instances: [ir.instance('child', child, connections, 1, { main: fast, pixel: pins })],
  })
  const summed = { ...top, body: top.ports.map((sum) => ir.assign(sum, ir.op('cat', ...outputs))) }

  expect(bodyOf(summed, / {2}child child[^;]*;/g)).toMatchInlineSnapshot(`
    "child child (
      .clk         (fast_clk),
      .rst         (fast_rst),
      .pixel_clk   (pins_clk),
      .pixel_rst   (1'b0),
      .main_shown  (child_main_shown),
      .pixel_shown (child_pixel_shown)
    );"
  `)
  expect(textOf(summed)).toContain('input  wire       pins_clk')
  expect(textOf(summed)).not.toContain('pins_rst')
  expect(lint(ir.design(summed))).toBe('')
})

test('a clock that is made inside is no port', () => {
  const [clock, reset] = [ir.wire('divided'), ir.register('held', 1, { reset: 1 })]
  const half = ir.domain('half')
  const count = ir.register('count', 4, { reset: 0, domain: half })
  const toggle = ir.register('toggle', 1, { reset: 0 })
  const shown = ir.output('shown', 4)
  const top = ir.module('divider', {
    domains: [ir.mainDomain],
    provided: [{ kind: 'providedDomain', domain: half, clock, reset, origin: ir.at(1) }],
    ports: [shown],
    signals: [clock, reset, count, toggle],
    body: [
      ir.assign(clock, toggle),
      ir.assign(toggle, ir.not(toggle)),
      ir.assign(reset, ir.literal(1, 0)),
      ir.assign(count, ir.op('add', count, ir.literal(4, 1))),
      ir.assign(shown, count),
    ],
  })

  expect(textOf(top)).toContain('always @(posedge divided) begin\n    if (held) begin')
  expect(textOf(top)).not.toContain('half_clk')
  expect(lint(ir.design(top))).toBe('')
})

test('a module that is all logic has no clock, whatever domain it is in', () => {
  const [a, b] = [ir.input('a'), ir.output('b')]

  expect(textOf(ir.module('logic_only', { ports: [a, b], body: [ir.assign(b, ir.not(a))] }))).not.toContain('clk')
})

test('a simulation knows the clocks of the top, and whose clock a probe below listens to', () => {
  const slow = ir.domain('slow')
  const child = {
    ...counters('child', ir.mainDomain),
    probes: [ir.probe('seen', ir.literal(1, 1), ir.literal(2, 3))],
  }
  const wire = ir.instanceOutput('child_main_shown', 4)
  const top = ir.module('parent', {
    domains: [slow, pins],
    signals: [wire],
    instances: [ir.instance('child', child, { main_shown: wire }, 1, { main: slow })],
  })

  const { domains, probes } = simulationSource(ir.design(top))

  expect(domains).toEqual([
    { name: 'slow', clock: 'slow_clk', reset: 'slow_rst', kind: 'synchronous' },
    { name: 'pins', clock: 'pins_clk', reset: undefined, kind: 'none' },
  ])
  expect(probes.map(({ name, domain }) => [name, domain])).toEqual([['child.seen', 'slow']])
})
