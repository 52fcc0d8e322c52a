import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

/**
 * Configuration of the long tests, used by `npm run test:faults`. With running services:
 * `npx vitest run -c vitest.faults.config.ts <files>`.
 */
export default defineConfig({
  test: {
    ...base.test,
    include: ['test/faults/**/*.test.ts'],
    exclude: [],
    // One file after another; inside one, runs that mostly wait for blocks go side by side.
    fileParallelism: false,
    maxConcurrency: 3,
  },
})
