// A first-in first-out buffer with full and empty flags; depth is a power of two.
module fifo #(parameter WIDTH = 8, DEPTH_LOG2 = 2) (
  input  wire             clk,
  input  wire             rst_n,
  input  wire             push,
  input  wire [WIDTH-1:0] din,
  input  wire             pop,
  output wire [WIDTH-1:0] dout,
  output wire             empty,
  output wire             full
);
  reg [WIDTH-1:0]    mem [0:(1 << DEPTH_LOG2) - 1];
  reg [DEPTH_LOG2:0] wp, rp;

  assign empty = wp == rp;
  assign full  = wp == (rp ^ (1 << DEPTH_LOG2));
  assign dout  = mem[rp[DEPTH_LOG2-1:0]];

  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      wp <= 0;
      rp <= 0;
    end else begin
      if (push && !full) begin
        mem[wp[DEPTH_LOG2-1:0]] <= din;
        wp <= wp + 1;
      end
      if (pop && !empty) rp <= rp + 1;
    end
endmodule
