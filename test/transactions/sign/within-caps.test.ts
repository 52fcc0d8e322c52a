import { expect, it } from 'vitest'
import { signWithinCaps } from '../../harness/benches/caps-property.ts'

/** `npm run test:faults` runs a million calls. */
const runs = 20_000

it(`signs nothing above a cap, to another destination, or from a forged row in ${runs} calls (MONEY 18, 26, 27)`, async () => {
  const { signed, refused, reallySigned } = await signWithinCaps(runs)
  for (const kind of ['fund-gas', 'sweep-native', 'sweep-token', 'drain-keeper', 'cancel'])
    expect(signed[`${kind} again`], `${kind} again`).toBeGreaterThan(20)
  for (const kind of ['fund-gas', 'sweep-native', 'sweep-token', 'drain-keeper'])
    expect(signed[kind], kind).toBeGreaterThan(50)
  expect(refused).toBeGreaterThan(1_000)
  expect(reallySigned).toBeGreaterThan(5)
})
