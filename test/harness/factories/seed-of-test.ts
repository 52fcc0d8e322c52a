import { onTestFailed } from 'vitest'

/**
 * Returns the seed of the running test's random values: TEST_SEED, or a new seed. If the test
 * fails, the seed is printed. The same seed draws the same values, but the interleaving of
 * concurrent calls may differ.
 */
export function seedOfTest(): number {
  const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32))
  onTestFailed(() => {
    process.stderr.write(`random values: repeat this test with TEST_SEED=${seed}\n`)
  })
  return seed
}
