/** What the cells of an iCE40 do, without memories. Source: Lattice, iCE Technology Library. */

const flipFlop = (edge: 'posedge' | 'negedge', enable: boolean, set: 'none' | 'SR' | 'R' | 'SS' | 'S'): string => {
  const name = `SB_DFF${edge === 'negedge' ? 'N' : ''}${enable ? 'E' : ''}${set === 'none' ? '' : set}`
  const pin = set.startsWith('S') && set !== 'SR' ? 'S' : 'R'
  const value = pin === 'S' ? "1'b1" : "1'b0"
  const waits = set === 'R' || set === 'S'
  const load = enable ? 'if (E) Q <= D;' : 'Q <= D;'
  // with an enable, a synchronous set or reset waits for it
  const body =
    set === 'none'
      ? load
      : waits
        ? `if (${pin}) Q <= ${value}; else ${load}`
        : enable
          ? `if (E) Q <= ${pin} ? ${value} : D;`
          : `if (${pin}) Q <= ${value}; else Q <= D;`
  const ports = [
    'output reg Q',
    'input C',
    ...(enable ? ['input E'] : []),
    ...(set === 'none' ? [] : [`input ${pin}`]),
    'input D',
  ]
  return `module ${name} (${ports.join(', ')});
  initial Q = 1'b0;
  always @(${edge} C${waits ? `, posedge ${pin}` : ''}) ${body}
endmodule
`
}

const flipFlops = (['posedge', 'negedge'] as const).flatMap((edge) =>
  [false, true].flatMap((enable) =>
    (['none', 'SR', 'R', 'SS', 'S'] as const).map((set) => flipFlop(edge, enable, set)),
  ),
)

/** Models of all cells but memories, multipliers and what sits at pins. */
export const ice40Cells = `module SB_LUT4 (output O, input I0, input I1, input I2, input I3);
  parameter [15:0] LUT_INIT = 0;
  wire [7:0] by3 = I3 ? LUT_INIT[15:8] : LUT_INIT[7:0];
  wire [3:0] by2 = I2 ? by3[7:4] : by3[3:0];
  wire [1:0] by1 = I1 ? by2[3:2] : by2[1:0];
  assign O = I0 ? by1[1] : by1[0];
endmodule
module SB_CARRY (output CO, input I0, input I1, input CI);
  assign CO = (I0 && I1) || ((I0 || I1) && CI);
endmodule
${flipFlops.join('')}`
