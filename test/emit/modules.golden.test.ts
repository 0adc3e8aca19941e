import { expect, test } from 'vitest'
import { fifo, server, twoQueues } from './designs.ts'
import { textOf } from './tools.ts'

test('the queue reads like hand-written Verilog', () => {
  const text = textOf(fifo())

  expect(text).toMatchInlineSnapshot(`
    "// fifo_8x4: first-in first-out queue of 4 payloads of 8 bits. One cycle from write to read.
    // Generated from hdl/lib/hand.ts:4. Edit that file, not this one.
    \`default_nettype none
    module fifo_8x4 (
      input  wire       clk,
      input  wire       rst,
      input  wire [7:0] from_payload,
      input  wire       from_valid,
      output wire       from_ready,
      output wire [7:0] to_payload,
      output wire       to_valid,
      input  wire       to_ready
    );
      reg [7:0] store [0:3];
      reg [2:0] head;
      reg [2:0] tail;

      wire [2:0] used      = tail - head;
      wire       from_fire = from_valid && from_ready;

      assign from_ready = used != 3'd4;
      assign to_payload = store[head[1:0]];
      assign to_valid   = used != 3'd0;

      always @(posedge clk) begin
        if (from_fire) begin
          store[tail[1:0]] <= from_payload;
        end
      end

      always @(posedge clk) begin
        if (rst) begin
          head <= 3'd0;
        end else if (to_valid && to_ready) begin
          head <= head + 3'd1;
        end
      end

      always @(posedge clk) begin
        if (rst) begin
          tail <= 3'd0;
        end else if (from_fire) begin
          tail <= tail + 3'd1;
        end
      end

    \`ifdef FORMAL
      initial assume (rst);
      always @(posedge clk) begin
        if (!rst) begin
          never_holds_more_than_its_depth: assert (used < 3'd5);
        end
      end
    \`endif
    endmodule
    \`default_nettype wire
    "
  `)
})

test('a state machine names its states and decides in cases', () => {
  const text = textOf(server())

  expect(text).toMatchInlineSnapshot(`
    "// server: serves one command at a time and answers every command exactly once.
    // Generated from hdl/lib/hand.ts:4. Edit that file, not this one.
    \`default_nettype none
    module server (
      input  wire        clk,
      input  wire        rst,
      input  wire [1:0]  request_payload_op,
      input  wire [63:0] request_payload_data,
      input  wire        request_valid,
      output wire        request_ready,
      output wire [63:0] reply_payload,
      output wire        reply_valid,
      input  wire        reply_ready,
      output wire        busy
    );
      localparam [1:0] OP_READ      = 2'd0;
      localparam [1:0] OP_WRITE     = 2'd1;
      localparam [1:0] OP_FENCE     = 2'd2;
      localparam [1:0] STATE_IDLE   = 2'd0;
      localparam [1:0] STATE_ACCESS = 2'd1;
      localparam [1:0] STATE_ANSWER = 2'd2;

      reg [1:0]  state;
      reg [1:0]  held_op;
      reg [63:0] held_data;
      reg [63:0] result;

      wire request_fire = request_valid && request_ready;

      assign request_ready = state == STATE_IDLE;
      assign reply_payload = result;
      assign reply_valid   = state == STATE_ANSWER;
      assign busy          = state != STATE_IDLE;

      always @(posedge clk) begin
        if (rst) begin
          state <= STATE_IDLE;
        end else begin
          case (state)
            STATE_IDLE: begin
              if (request_fire) begin
                state <= STATE_ACCESS;
              end
            end
            STATE_ACCESS: state <= STATE_ANSWER;
            STATE_ANSWER: begin
              if (reply_valid && reply_ready) begin
                state <= STATE_IDLE;
              end
            end
            default: ;
          endcase
        end
      end

      always @(posedge clk) begin
        if (state == STATE_IDLE && request_fire) begin
          held_op <= request_payload_op;
        end
      end

      always @(posedge clk) begin
        if (state == STATE_IDLE && request_fire) begin
          held_data <= request_payload_data;
        end
      end

      always @(posedge clk) begin
        if (rst) begin
          result <= 64'd0;
        end else if (state == STATE_ACCESS) begin
          case (held_op)
            OP_READ: result <= held_data;
            OP_WRITE: result <= 64'd0;
            OP_FENCE: result <= 64'hdead_beef;
            default: ;
          endcase
        end
      end
    endmodule
    \`default_nettype wire
    "
  `)
})

test('instances are connected by name, and values that need no wire directly', () => {
  const text = textOf(twoQueues())

  expect(text).toMatchInlineSnapshot(`
    "// two_queues: two queues in a row.
    // Generated from hdl/lib/hand.ts:4. Edit that file, not this one.
    \`default_nettype none
    module two_queues (
      input  wire        clk,
      input  wire        rst,
      input  wire [7:0]  from_payload,
      input  wire        from_valid,
      output wire        from_ready,
      output wire [7:0]  to_payload,
      output wire        to_valid,
      input  wire        to_ready,
      output wire [15:0] total
    );
      reg  [15:0] count;
      wire        first_from_ready;
      wire [7:0]  first_to_payload;
      wire        first_to_valid;
      wire        second_from_ready;
      wire [7:0]  second_to_payload;
      wire        second_to_valid;

      wire first_from_valid = from_valid && !(&count[3:0]);

      assign from_ready = first_from_ready;
      assign to_payload = second_to_payload;
      assign to_valid   = second_to_valid;
      assign total      = count;

      fifo_8x4 first (
        .clk          (clk),
        .rst          (rst),
        .from_payload (from_payload),
        .from_valid   (first_from_valid),
        .from_ready   (first_from_ready),
        .to_payload   (first_to_payload),
        .to_valid     (first_to_valid),
        .to_ready     (second_from_ready)
      );

      fifo_8x4 second (
        .clk          (clk),
        .rst          (rst),
        .from_payload (first_to_payload),
        .from_valid   (first_to_valid),
        .from_ready   (second_from_ready),
        .to_payload   (second_to_payload),
        .to_valid     (second_to_valid),
        .to_ready     (to_ready)
      );

      always @(posedge clk) begin
        if (rst) begin
          count <= 16'd0;
        end else if (from_valid && first_from_ready) begin
          count <= count + 16'd1;
        end
      end
    endmodule
    \`default_nettype wire
    "
  `)
})

test('for simulation a probe is a wire and an assertion ends the run', () => {
  const text = textOf(fifo(), { variant: 'simulation' })

  expect(text).toMatchInlineSnapshot(`
    "// fifo_8x4: first-in first-out queue of 4 payloads of 8 bits. One cycle from write to read.
    // Generated from hdl/lib/hand.ts:4. Edit that file, not this one.
    \`default_nettype none
    module fifo_8x4 (
      input  wire       clk,
      input  wire       rst,
      input  wire [7:0] from_payload,
      input  wire       from_valid,
      output wire       from_ready,
      output wire [7:0] to_payload,
      output wire       to_valid,
      input  wire       to_ready
    );
      reg [7:0] store [0:3];
      reg [2:0] head;
      reg [2:0] tail;

      wire [2:0] used      = tail - head;
      wire       from_fire = from_valid && from_ready;

      wire [8:0] probe_taken = {from_fire, from_payload};

      assign from_ready = used != 3'd4;
      assign to_payload = store[head[1:0]];
      assign to_valid   = used != 3'd0;

      always @(posedge clk) begin
        if (from_fire) begin
          store[tail[1:0]] <= from_payload;
        end
      end

      always @(posedge clk) begin
        if (rst) begin
          head <= 3'd0;
        end else if (to_valid && to_ready) begin
          head <= head + 3'd1;
        end
      end

      always @(posedge clk) begin
        if (rst) begin
          tail <= 3'd0;
        end else if (from_fire) begin
          tail <= tail + 3'd1;
        end
      end

      // bits that nothing reads
      wire unused = &{1'b0, probe_taken};

      always @(posedge clk) begin
        if (!rst && !(used < 3'd5)) begin
          $fatal(1, "never holds more than its depth (hdl/lib/hand.ts:1)");
        end
      end
    endmodule
    \`default_nettype wire
    "
  `)
})
