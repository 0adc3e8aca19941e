import { expect, test } from 'vitest'
import { simulationSource } from '#emit'
import * as ir from '../support/nodes.ts'
import { bench, bodyOf, lint, synthesisCheck, textOf } from './tools.ts'

const pixel = ir.domain('pixel', 'none')
const [request, grant, shown] = [ir.input('request'), ir.input('grant', 1, { domain: pixel }), ir.output('shown')]
const before = ir.register('request_before', 1, { ghost: true })
const waits = ir.wire('waits', 1, { ghost: true })

/** What was requested stays requested. */
const top = ir.module('watched', {
  domains: [ir.mainDomain, pixel],
  ports: [request, grant, shown],
  signals: [before, waits],
  body: [ir.assign(before, request), ir.assign(waits, ir.and(before, ir.not(shown))), ir.assign(shown, request)],
  properties: [
    ir.property('assert', 'what is shown was asked for', ir.op('or', ir.not(shown), request), { origin: ir.at(7) }),
    ir.property('assume', 'a request stays', ir.op('or', ir.not(waits), request), { origin: ir.at(8) }),
    ir.property('cover', 'somebody waits', waits, { origin: ir.at(9) }),
    ir.property('cover', 'a grant comes', grant, { origin: ir.at(10), domain: pixel }),
    ir.property('cover', 'nobody asks', ir.not(request), { origin: ir.at(11) }),
  ],
})

test('proofs have facts per clock, and what they look back at', () => {
  expect(bodyOf(top)).toMatchInlineSnapshot(`
    "assign shown = request;

    // bits that nothing reads
    wire unused = &{1'b0, clk, rst, pixel_clk, grant};

    \`ifdef FORMAL
    reg  request_before;
    wire waits = request_before && !shown;
    always @(posedge clk) begin
      request_before <= request;
    end
    initial assume (rst);
    always @(posedge clk) begin
      if (!rst) begin
        what_is_shown_was_asked_for: assert (!shown || request);
        a_request_stays: assume (!waits || request);
        somebody_waits: cover (waits);
        nobody_asks: cover (!request);
      end
    end
    always @(posedge pixel_clk) begin
      a_grant_comes: cover (grant);
    end
    \`endif"
  `)
  expect(lint(ir.design(top))).toBe('')
  expect(lint(ir.design(top), {}, ['-DFORMAL'])).toBe('')
  expect(synthesisCheck(ir.design(top), '-formal -DFORMAL')).toBe('')
})

test('in a simulation what does not hold ends it, and what happens is counted', () => {
  const text = textOf(top, { variant: 'simulation' })

  expect(text.slice(text.indexOf(');') + 3)).toMatchInlineSnapshot(`
    "  reg [31:0] cover_counts [0:1];
      reg [31:0] cover_counts_2 [0:0];
      reg        request_before;

      wire waits = request_before && !shown;

      assign shown = request;

      integer i;
      initial begin
        for (i = 0; i < 2; i = i + 1) begin
          cover_counts[i] = 32'd0;
        end
        for (i = 0; i < 1; i = i + 1) begin
          cover_counts_2[i] = 32'd0;
        end
      end

      always @(posedge clk) begin
        request_before <= request;
      end

      always @(posedge clk) begin
        if (!rst && !(!shown || request)) begin
          $fatal(1, "what is shown was asked for (hdl/lib/hand.ts:7)");
        end
      end

      always @(posedge clk) begin
        if (!rst && !(!waits || request)) begin
          $fatal(1, "an assumption does not hold: a request stays (hdl/lib/hand.ts:8)");
        end
      end

      always @(posedge clk) begin
        if (!rst && waits) begin
          cover_counts[1'b0] <= cover_counts[1'b0] + 32'd1;
        end
      end

      always @(posedge pixel_clk) begin
        if (grant) begin
          cover_counts_2[1'b0] <= cover_counts_2[1'b0] + 32'd1;
        end
      end

      always @(posedge clk) begin
        if (!rst && !request) begin
          cover_counts[1'b1] <= cover_counts[1'b1] + 32'd1;
        end
      end
    endmodule
    \`default_nettype wire
    "
  `)
  expect(lint(ir.design(top), { variant: 'simulation' })).toBe('')
})

test('a simulation says where each property is checked or counted', () => {
  const { properties, counters } = simulationSource(ir.design(top))

  expect(properties.map(({ check, at, message, count }) => [check, at?.line, message ?? count])).toEqual([
    ['assert', 7, 'what is shown was asked for (hdl/lib/hand.ts:7)'],
    ['assume', 8, 'an assumption does not hold: a request stays (hdl/lib/hand.ts:8)'],
    ['cover', 9, { variable: 'cover_counts', index: 0, depth: 2 }],
    ['cover', 10, { variable: 'cover_counts_2', index: 0, depth: 1 }],
    ['cover', 11, { variable: 'cover_counts', index: 1, depth: 2 }],
  ])
  expect(counters.map(({ variable, depth, bits, module }) => [variable, depth, bits, module])).toEqual([
    ['cover_counts', 2, 32, 'watched'],
    ['cover_counts_2', 1, 32, 'watched'],
  ])
})

test('a simulation counts outside of reset, and a violated assumption says that it is one', () => {
  const said = bench(
    ir.design(top),
    { variant: 'simulation' },
    `module bench;
      reg clk = 0, rst = 1, request = 0;
      watched dut(.clk(clk), .rst(rst), .pixel_clk(clk), .request(request), .grant(1'b1), .shown());
      always @(negedge clk) if ($time > 6) rst <= 0;
      initial begin
        repeat (10) begin #1 clk = 1; #1 clk = 0; end
        $display("%0d %0d", dut.cover_counts_2[0], dut.cover_counts[1]);
        request = 1; #1 clk = 1; #1 clk = 0;
        force dut.shown = 0; request = 0; #1 clk = 1; #1 clk = 0;
        $display("goes on");
      end
    endmodule
    `,
  )

  // ten edges without a reset, six of them outside of the other clock's reset
  expect(said).toContain('10 6\n')
  expect(said).toContain('an assumption does not hold: a request stays (hdl/lib/hand.ts:8)')
  expect(said).not.toContain('goes on')
})
