// How the tests run: a fixed seed, few workers, and time for the ones that build a simulator first.
import { defineConfig } from 'vitest/config'

// eslint-disable-next-line no-restricted-syntax -- vitest reads its configuration from the default export
export default defineConfig({
  test: {
    // `mine` is for designs of one's own, as in the tutorial
    include: ['test/**/*.test.ts', 'mine/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { seed: 1 },
    passWithNoTests: true,
  },
})
