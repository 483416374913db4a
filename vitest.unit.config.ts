import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.unit.test.ts'],
    exclude: ['**/node_modules/**'],
    pool: 'threads',
    // Some tests wait for command lines that they start: one worker per processor, where vitest would leave one idle.
    maxWorkers: '100%',
    // Only the backstop: a property test of a whole journal takes seconds where a cluster runs beside it.
    testTimeout: 20_000,
  },
})
