// A UART with a buffer in each direction.
module uart #(parameter DIV = 4) (
  input  wire       clk,
  input  wire       rst_n,
  // from the system
  input  wire       tx_push,
  input  wire [7:0] tx_data,
  output wire       tx_full,
  input  wire       rx_pop,
  output wire [7:0] rx_data,
  output wire       rx_empty,
  output wire       framing_error,
  // the line
  output wire       txd,
  input  wire       rxd
);
  wire [7:0] tx_next, rx_byte;
  wire       tx_none, tx_ready, rx_valid, rx_full;

  fifo tx_fifo (
    .clk(clk), .rst_n(rst_n), .push(tx_push), .din(tx_data), .full(tx_full),
    .pop(tx_ready), .dout(tx_next), .empty(tx_none)
  );
  uart_tx #(.DIV(DIV)) tx (
    .clk(clk), .rst_n(rst_n), .valid(!tx_none), .data(tx_next), .ready(tx_ready), .txd(txd)
  );
  uart_rx #(.DIV(DIV)) rx (
    .clk(clk), .rst_n(rst_n), .rxd(rxd), .valid(rx_valid), .data(rx_byte), .error(framing_error)
  );
  fifo rx_fifo (
    .clk(clk), .rst_n(rst_n), .push(rx_valid), .din(rx_byte), .full(rx_full),
    .pop(rx_pop), .dout(rx_data), .empty(rx_empty)
  );
endmodule
