import { expect, it } from 'vitest'
import { signWithinCaps } from '../harness/benches/caps-property.ts'

/** The sample in `npm test` is test/transactions/sign/within-caps.test.ts. */
const runs = 1_000_000

it(`signs nothing above a cap, to another destination, or from a forged row in ${runs} calls (MONEY 18, 26, 27)`, async () => {
  const { signed, refused } = await signWithinCaps(runs)
  const sum = Object.values(signed).reduce((all, count) => all + count, 0)
  expect(sum + refused).toBe(runs)
  expect(sum).toBeGreaterThan(10_000)
}, 3_600_000)
