// Twice its input, for the tests of foreign Verilog.
module twice(input [7:0] value, output [8:0] result);
  assign result = {value, 1'b0};
endmodule
