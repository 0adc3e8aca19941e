// 8N1 transmitter: DIV clocks per bit, lowest bit first.
module uart_tx #(parameter DIV = 4) (
  input  wire       clk,
  input  wire       rst_n,
  input  wire       valid,
  input  wire [7:0] data,
  output wire       ready,
  output reg        txd
);
  reg [9:0]  shift;
  reg [3:0]  left;
  reg [15:0] count;

  assign ready = left == 0;

  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      txd   <= 1;
      left  <= 0;
      count <= 0;
    end else if (ready) begin
      if (valid) begin
        shift <= {1'b1, data, 1'b0};
        left  <= 10;
        count <= 0;
      end
    end else if (count == 0) begin
      txd   <= shift[0];
      shift <= shift >> 1;
      count <= DIV - 1;
    end else begin
      count <= count - 1;
      if (count == 1) left <= left - 1;
    end
endmodule
