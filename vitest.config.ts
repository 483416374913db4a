import { defineConfig } from 'vitest/config'
import { pool } from './cli/side-by-side.ts'

/** The live suite. It is started by `npm test`, which stages the cluster first and hands it over. */
export default defineConfig({
  test: {
    include: ['suites/**/*.test.ts'],
    // One thread, which keeps its channels open for all its files, and looks at several at a time: while one waits for the cluster to
    // change, the others look. Threads outlive Ctrl-C, which kills forks before they have cleaned up.
    pool,
    runner: './cli/taking-turns.ts',
    maxWorkers: 1,
    // Turns bound what runs at a time; vitest's own bound of five would keep those waiting to whom others have given way.
    maxConcurrency: 100,
    isolate: false,
    retry: 0,
    // Only the backstop: every probe has a deadline of its own.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    slowTestThreshold: 30_000,
    passWithNoTests: true,
    attachmentsDir: 'reports/attachments',
  },
})
