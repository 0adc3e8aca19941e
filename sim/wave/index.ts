// Waveforms: text for tests, VCD files for viewers.

// Record
export { Recording, nameOf } from './recording.ts'
export type { RecordOptions, WaveSignal } from './recording.ts'

// Look at it
export { waveOf } from './wave.ts'
export type { Wave } from './wave.ts'
export { waveText } from './wave-text.ts'
export type { WaveTextOptions } from './wave-text.ts'
export { caseName, valueText } from './value-text.ts'

// Files for viewers
export { VcdWriter, vcdText } from './vcd.ts'

// Compare
export { compareWave } from './compare.ts'
export type { WaveComparison } from './compare.ts'
