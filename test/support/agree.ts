/** What agreement tests share. */
import { fileURLToPath } from 'node:url'

/** Where the waveforms of failures go. */
export const waveFolder = fileURLToPath(new URL('../../out/agree', import.meta.url))
