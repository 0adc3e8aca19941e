/** Tests of uart.v: `npx tessera sim examples/plain-verilog/*.v examples/plain-verilog/uart.test.ts`. */
import type { VerilogBench } from '#sim/verilog'

type Uart = VerilogBench<
  Record<
    'tx_push' | 'tx_data' | 'tx_full' | 'rx_pop' | 'rx_data' | 'rx_empty' | 'framing_error' | 'txd' | 'rxd',
    number
  >
>

/** Clocks per bit of `uart` with its own parameters. */
const bitCycles = 4

/** Sends a byte over the line, as a terminal would. */
const sendOnLine = async ({ io, cycles }: Uart, byte: number): Promise<void> => {
  for (const level of [0, ...Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1), 1]) {
    io.rxd.value = level
    await cycles(bitCycles)
  }
}

/** Reads a byte from the line, from its falling edge on. */
const receiveFromLine = async ({ io, cycles, fallingEdge }: Uart): Promise<number> => {
  await fallingEdge(io.txd)
  await cycles(bitCycles + bitCycles / 2)
  let byte = 0
  for (let bit = 0; bit < 8; bit++) {
    byte |= io.txd.value << bit
    await cycles(bitCycles)
  }
  return byte
}

const check = (found: unknown, expected: unknown): void => {
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`)
}

/** Bytes that are pushed leave on the line in their order, also when the buffer is full meanwhile. */
export const transmits = async (bench: Uart): Promise<void> => {
  const { io, start, cycles, until } = bench
  const bytes = [0x00, 0xff, 0x55, 0xa5, 0x3c, 0x80, 0x01]
  start(async () => {
    for (const byte of bytes) {
      await until(() => io.tx_full.value === 0)
      io.tx_data.value = byte
      io.tx_push.value = 1
      await cycles()
      io.tx_push.value = 0
    }
  })
  const received: number[] = []
  while (received.length < bytes.length) received.push(await receiveFromLine(bench))
  check(received, bytes)
}

/** Bytes from the line wait in the buffer. */
export const receives = async (bench: Uart): Promise<void> => {
  const { io, cycles } = bench
  io.rxd.value = 1
  await cycles(3)
  for (const byte of [0x12, 0xef, 0x00]) await sendOnLine(bench, byte)
  await cycles(2 * bitCycles)
  const received: number[] = []
  while (io.rx_empty.value === 0) {
    received.push(io.rx_data.value)
    io.rx_pop.value = 1
    await cycles()
    io.rx_pop.value = 0
  }
  check(received, [0x12, 0xef, 0x00])
}

/** A line that stays low has no stop bit: that is told, and nothing is received. */
export const tellsBreaks = async ({ io, cycles, risingEdge, withTimeout }: Uart): Promise<void> => {
  io.rxd.value = 1
  await cycles(3)
  io.rxd.value = 0
  await withTimeout(risingEdge(io.framing_error), 1000)
  check(io.rx_empty.value, 1)
}
