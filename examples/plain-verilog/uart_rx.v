// 8N1 receiver: samples in the middle of each bit; `valid` for one clock per byte, `error` if the stop bit is 0.
module uart_rx #(parameter DIV = 4) (
  input  wire       clk,
  input  wire       rst_n,
  input  wire       rxd,
  output reg        valid,
  output reg  [7:0] data,
  output reg        error
);
  reg [1:0]  sync;
  reg [3:0]  left;
  reg [15:0] count;

  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      sync  <= 2'b11;
      valid <= 0;
      error <= 0;
      left  <= 0;
      count <= 0;
    end else begin
      sync  <= {sync[0], rxd};
      valid <= 0;
      if (left == 0) begin
        if (!sync[1]) begin
          left  <= 9;
          count <= DIV + DIV / 2 - 1;
        end
      end else if (count != 0) count <= count - 1;
      else begin
        count <= DIV - 1;
        left  <= left - 1;
        if (left == 1) begin
          valid <= sync[1];
          error <= !sync[1];
        end else data <= {sync[1], data[7:1]};
      end
    end
endmodule
