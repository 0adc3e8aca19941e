// AXI4-Lite
export { axiLite, axiResponse } from './axi-lite.ts'
export { axiLiteRegisters } from './axi-lite-registers.ts'

// AXI4
export { axi, axiBurst, axiRead, axiWrite } from './axi.ts'
export type { AxiOptions } from './axi.ts'
export { axiMemory } from './axi-memory.ts'
export { axiReader } from './axi-reader.ts'
export { axiWriter } from './axi-writer.ts'

// Wishbone
export { wishbone } from './wishbone.ts'
export { wishboneRegisters } from './wishbone-registers.ts'

// Registers behind a bus
export type { RegisterInputs, RegisterOutputs, RegisterPorts, WritePulses } from './register-ports.ts'
