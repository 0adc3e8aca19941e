import { expect, test } from 'vitest'
import * as ir from '../support/nodes.ts'
import { bench, icarus, lint, rtlil, textOf } from './tools.ts'

const at = (line: number, name?: string) => ({
  ...ir.at(line, name),
  places: [{ file: 'hdl/made/up.ts', line, column: 3 }],
})
const [go, shown] = [ir.input('go', 1, { origin: at(11) }), ir.output('shown', 8, { origin: at(12) })]
const count = ir.register('count', 8, { reset: 0, origin: at(20) })
const added = { ...ir.op('add', count, ir.literal(8, 3)), origin: at(31, 'added') }
const top = ir.module('counter', {
  origin: at(9),
  ports: [go, shown],
  signals: [count],
  body: [
    { ...ir.when(go, [{ ...ir.assign(count, added), origin: at(41) }]), origin: at(40) },
    { ...ir.assign(shown, ir.op('xor', added, count)), origin: at(50) },
  ],
  properties: [ir.property('assert', 'is small', ir.op('lt', count, ir.literal(8, 9)), { origin: at(60) })],
})

test('each piece says where it was written', () => {
  const text = textOf(top, { variant: 'simulation', lines: 'source' })

  expect(text.slice(text.indexOf('`line'))).toMatchInlineSnapshot(`
    "\`line 11 "hdl/made/up.ts" 0
      input  wire       go,
    \`line 12 "hdl/made/up.ts" 0
      output wire [7:0] shown
    );
    \`line 20 "hdl/made/up.ts" 0
      reg [7:0] count;

    \`line 31 "hdl/made/up.ts" 0
      wire [7:0] added = count + 8'd3;

    \`line 50 "hdl/made/up.ts" 0
      assign shown = added ^ count;

    \`line 20 "hdl/made/up.ts" 0
      always @(posedge clk) begin
        if (rst) begin
    \`line 20 "hdl/made/up.ts" 0
          count <= 8'd0;
        end else if (go) begin
    \`line 41 "hdl/made/up.ts" 0
          count <= added;
        end
      end

    \`line 60 "hdl/made/up.ts" 0
      always @(posedge clk) begin
    \`line 60 "hdl/made/up.ts" 0
        if (!rst && !(count < 8'd9)) begin
          $fatal(1, "is small (hdl/made/up.ts:60)");
        end
      end
    endmodule
    \`default_nettype wire
    "
  `)
})

test('people see none of it', () => {
  expect(textOf(top)).not.toContain('`line')
})

test('messages of Verilator point into the source', () => {
  // a design that the checks refuse
  const narrow = ir.module('narrow', {
    ports: [go, shown],
    body: [{ ...ir.assign(shown, ir.op('cat', go, go)), origin: at(50) }],
  })

  expect(lint(ir.design(top), { lines: 'source' })).toBe('')
  expect(lint(ir.design(narrow), { lines: 'source' })).toContain('%Warning-WIDTH: hdl/made/up.ts:50:')
})

test('yosys knows the source of registers and operators', () => {
  const text = rtlil(ir.design(top), { lines: 'source' })

  expect(text).toMatch(/attribute \\src "hdl\/made\/up\.ts:31\.\d+-31\.\d+"\n {2}cell \$add/)
  expect(text).toMatch(/attribute \\src "hdl\/made\/up\.ts:20\.\d+-20\.\d+"\n {2}wire width 8 \\count/)
})

test('Icarus Verilog takes it as well, and a violation names the place', () => {
  expect(icarus(ir.design(top), { lines: 'source' })).toBe('')

  const said = bench(
    ir.design(top),
    { variant: 'simulation', lines: 'source' },
    "module bench; reg clk = 0; reg rst = 1; counter dut(.clk(clk), .rst(rst), .go(1'b1), .shown());\n" +
      'initial begin repeat (20) begin #1 clk = 1; #1 clk = 0; rst = 0; end end endmodule\n',
  )
  expect(said).toContain('is small (hdl/made/up.ts:60)')
})
