/** Runs the test file that fails on purpose. */
import { defineConfig } from 'vitest/config'

// eslint-disable-next-line no-restricted-syntax -- vitest reads its configuration from the default export
export default defineConfig({ test: { include: ['test/wave/failing-fixture.ts'], root: process.cwd() } })
