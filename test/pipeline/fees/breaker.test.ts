import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { reaches, rowsOf } from '../../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/** MONEY 30 in a full deployment, with a token that passes the simulation and moves nothing. */
let d: OwnDeployment
let processes: StartedProcess[]

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('two-faced-token', 'TWO', 18)), min: '1' },
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    timers: { waitRecheckSeconds: 1 },
  })
  processes = [d.start('scanner'), d.start('worker')]
})
afterAll(async () => await d?.close())

const reach = (hash: string, state: string) => reaches(d, hash, state, { processes })
const amount = 10n ** 18n

test('an asset whose sweeps fail is stopped, other assets continue, and a sweep that arrives ends the stop', async () => {
  const [two, plain] = d.tokens as [Token, Token]
  for (let n = 0; n < 5; n += 1) {
    const { address } = await d.addWallet()
    await d.devnet.call(two, 'setRefused', [address, true])
    await reach(await d.devnet.payToken(two, address, amount), 'needs-attention(token-refused)')
  }
  const waiting = [
    await d.devnet.payToken(two, (await d.addWallet()).address, amount),
    await d.devnet.payToken(two, (await d.addWallet()).address, amount),
  ]
  for (const hash of waiting) {
    const { detail } = await reach(hash, 'waiting(asset-paused)')
    expect(detail).toMatch(
      /^the asset is paused: 5 sweeps of 5 wallets failed on chain in the last hour, for 100 % .* one sweep is tried from \d{4}-/,
    )
  }
  await reach(await d.devnet.payToken(plain, (await d.addWallet()).address, amount), 'done')
  for (const hash of waiting)
    expect((await rowsOf(d, hash))[0]?.state).toBe('waiting(asset-paused)')
  await d.sql`update asset_pauses set next_trial_at = now()`
  for (const hash of waiting) await reach(hash, 'done')
  expect(await d.sql`select 1 from asset_pauses where ended_at is null`).toEqual([])
}, 600_000)
