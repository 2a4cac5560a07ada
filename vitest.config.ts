import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    ...(process.env.NETDOCTOR_TEST_RESULTS
      ? {reporters: ['default', 'json'], outputFile: {json: process.env.NETDOCTOR_TEST_RESULTS}}
      : {}),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**', 'test/e2e/**'],
          // For what hangs; a busy machine is no failure.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 240_000},
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Lab tests share one kernel: its counters, its daemons. One after another.
          fileParallelism: false,
        },
      },
    ],
  },
})
