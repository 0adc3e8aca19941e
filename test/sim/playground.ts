// One small design for all tests of the harness: ports, lanes with probes, memories of all widths, ways to stop.

import { type BuiltSimulation, type SimulationSource, type TraceFormat, build } from '#sim/build'
import { type BigIntPort, type NumberPort, type OpenOptions, type Simulation, openSimulation } from '#sim/bridge'

const lane = `
module lane(input clk, input rst, input enable, input [7:0] data, output reg [7:0] count);
  always @(posedge clk) begin
    if (rst) count <= 8'd0;
    else if (enable) count <= count + 8'd1;
  end
  wire [16:0] commit = {enable, count, data};
  wire [96:0] long__trail = {enable && count[0], 72'h123456789abcdef012, count, data, 8'hff};
  wire tick = enable && data == 8'd7;
endmodule
`

const widths = [8, 16, 32, 64, 128] as const

const stores = widths
  .map(
    (bits) => `
module store${bits}(input clk, input write, input [3:0] address, input [${bits - 1}:0] data, output [${bits - 1}:0] answer);
  reg [${bits - 1}:0] cells [0:15];
  always @(posedge clk) if (write) cells[address] <= data;
  assign answer = cells[address];
endmodule
`,
  )
  .join('')

const playground = `
module playground(
  input clk, input rst,
  input [2:0] enable, input [7:0] data, output [7:0] count, output busy,
  input [63:0] left, input [63:0] right, output [63:0] sum,
  input [299:0] wide__in, output [299:0] inverted, output [31:0] low,
  input write, input [3:0] address,
  ${widths.map((bits) => `input [${bits - 1}:0] data${bits}, output [${bits - 1}:0] answer${bits}`).join(', ')},
  input [2:0] stop, output [31:0] unreset
);
  wire [7:0] other0, other1;
  lane lane0(.clk(clk), .rst(rst), .enable(enable[0]), .data(data), .count(count));
  lane lane1(.clk(clk), .rst(rst), .enable(enable[1]), .data(data + 8'd1), .count(other0));
  lane lane2(.clk(clk), .rst(rst), .enable(enable[2]), .data(data + 8'd2), .count(other1));
  assign busy = count[1];
  assign sum = left + right;
  assign inverted = ~wide__in;
  assign low = wide__in[31:0];
  ${widths
    .map(
      (bits) => `
  store${bits} keep${bits}(.clk(clk), .write(write), .address(address), .data(data${bits}), .answer(answer${bits}));`,
    )
    .join('')}
  reg [31:0] seed;
  always @(posedge clk) seed <= {seed[30:0], seed[31] ^ seed[21]};
  assign unreset = seed;
  always @(posedge clk) begin
    if (stop == 3'd1) $fatal(1, "count is %0d", count);
    if (stop == 3'd2) $finish;
    if (stop == 3'd3) $stop;
    if (stop == 3'd4) $error("data is %0d", data);
    if (stop == 3'd5) $display("hello from %0d", count);
    assert (stop != 3'd6);
  end
endmodule
`

const lanes = ['lane0', 'lane1', 'lane2']

/** The description of the design. */
export const playgroundSource: SimulationSource = {
  top: 'playground',
  files: [
    { name: 'playground.v', text: playground },
    { name: 'lane.v', text: lane },
    { name: 'stores.v', text: stores },
  ],
  ports: [
    { name: 'enable', direction: 'input', bits: 3 },
    { name: 'data', direction: 'input', bits: 8 },
    { name: 'count', direction: 'output', bits: 8 },
    { name: 'busy', direction: 'output', bits: 1 },
    { name: 'left', direction: 'input', bits: 64 },
    { name: 'right', direction: 'input', bits: 64 },
    { name: 'sum', direction: 'output', bits: 64 },
    { name: 'wide__in', direction: 'input', bits: 300 },
    { name: 'inverted', direction: 'output', bits: 300 },
    { name: 'low', direction: 'output', bits: 32 },
    { name: 'write', direction: 'input', bits: 1 },
    { name: 'address', direction: 'input', bits: 4 },
    ...widths.flatMap((bits) => [
      { name: `data${bits}`, direction: 'input' as const, bits },
      { name: `answer${bits}`, direction: 'output' as const, bits },
    ]),
    { name: 'stop', direction: 'input', bits: 3 },
    { name: 'unreset', direction: 'output', bits: 32 },
  ],
  probes: [
    // Not in the order of the instances, so that the order of records shows whose order it is.
    ...[...lanes].reverse().map((path) => ({ name: `${path}.commit`, path, module: 'lane', wire: 'commit', bits: 17 })),
    ...lanes.map((path) => ({ name: `${path}.trail`, path, module: 'lane', wire: 'long__trail', bits: 97 })),
    ...lanes.map((path) => ({ name: `${path}.tick`, path, module: 'lane', wire: 'tick', bits: 1 })),
  ],
  memories: widths.map((bits) => {
    return { name: `cells${bits}`, path: `keep${bits}`, module: `store${bits}`, variable: 'cells', depth: 16, bits }
  }),
}

/** The built design, from the cache when an earlier run built it. */
export function buildPlayground(trace: TraceFormat = 'none'): Promise<BuiltSimulation> {
  return build(playgroundSource, { trace })
}

/** An open simulation after its reset, with all inputs zero. */
export function openPlayground(built: BuiltSimulation, options: OpenOptions = {}): Simulation {
  const simulation = openSimulation(built, options)
  simulation.reset()
  return simulation
}

/** A port that is known to be small. */
export function small(simulation: Simulation, name: string): NumberPort {
  const port = simulation.port(name)
  if (port.kind !== 'number') throw new Error(`${name} has ${port.bits} bits`)
  return port
}

/** A port that is known to be large. */
export function large(simulation: Simulation, name: string): BigIntPort {
  const port = simulation.port(name)
  if (port.kind !== 'bigint') throw new Error(`${name} has ${port.bits} bits`)
  return port
}
