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
    // Files run one after another. Inside a file, concurrent tests run three at a time, because
    // they mostly wait for blocks.
    fileParallelism: false,
    maxConcurrency: 3,
  },
})
