/** The manager of an AXI4-Lite bus in a test: single accesses, one after the other. */
import type { InputHandle, Simulator } from '#sim/simulate'

type Bits = InputHandle & { value: number | bigint }
type Bit = InputHandle & { value: number }

export interface AxiLiteManager {
  /** Writes a word; gives the response. `strobes` has a bit per byte, all unless given. */
  write(address: number, data: number, strobes?: number): string
  /** Reads a word. */
  read(address: number): { readonly data: number; readonly response: string }
}

const limit = { limit: 100 }

export const axiLiteManager = (sim: Pick<Simulator, 'step' | 'until'>, handles: object): AxiLiteManager => {
  const bus = handles as Readonly<Record<string, Bit & Bits>>
  const port = (name: string): Bit => bus[name] as Bit
  const is = (name: string) => () => port(name).value === 1
  return {
    write(address, data, strobes = 0xf) {
      port('awaddr').value = address
      port('wdata').value = data
      port('wstrb').value = strobes
      port('awvalid').value = 1
      port('wvalid').value = 1
      sim.until(is('awready'), limit)
      sim.step()
      port('awvalid').value = 0
      port('wvalid').value = 0
      sim.until(is('bvalid'), limit)
      const response = port('bresp').value as unknown as string
      port('bready').value = 1
      sim.step()
      port('bready').value = 0
      return response
    },
    read(address) {
      port('araddr').value = address
      port('arvalid').value = 1
      sim.until(is('arready'), limit)
      sim.step()
      port('arvalid').value = 0
      sim.until(is('rvalid'), limit)
      const answer = { data: port('rdata').value, response: port('rresp').value as unknown as string }
      port('rready').value = 1
      sim.step()
      port('rready').value = 0
      return answer
    },
  }
}
