import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { type OwnPostgres, ownPostgres } from '../harness/services/own-postgres.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * PostgreSQL is the record of money (MONEY 1). A killed server loses only uncommitted writes, and
 * coldsweep repeats them.
 */
let server: OwnPostgres | undefined
let d: OwnDeployment | undefined
const amount = 5n * 10n ** 18n

beforeAll(async () => {
  server = await ownPostgres()
  if (!server) return
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    timers: { waitRecheckSeconds: 1, gasWaitSeconds: 2 },
  })
}, 300_000)
afterAll(async () => {
  await d?.close()
  await server?.close()
})

test('no deposit is lost or doubled when PostgreSQL is killed twice in the middle of sweeps', async (context) => {
  if (!server || !d) return context.skip('PostgreSQL is not installed here')
  const [token] = d.tokens
  if (!token) throw new Error('no token was deployed')
  const processes: StartedProcess[] = [d.start('scanner'), d.start('worker')]
  const hashes: string[] = []
  for (const state of ['funding', 'confirming-sweep']) {
    const [first, second] = [await d.addWallet(), await d.addWallet()]
    const hash = await d.devnet.payToken(token, first.address, amount)
    await reaches(d, hash, state, { processes })
    await server.kill()
    hashes.push(hash, await d.devnet.payToken(token, second.address, amount))
    await server.startAgain()
  }
  for (const hash of hashes) await reaches(d, hash, 'done', { limitMs: 300_000, processes })
  expect(await d.devnet.tokenOf(token, d.coldWallet)).toBe(amount * BigInt(hashes.length))
  const [counts] = await d.sql`
    select (select count(*)::int from transactions where step = 'sweep' and state = 'succeeded') as mined,
           (select count(*)::int from foreign_transactions) as external`
  expect(counts).toEqual({ mined: hashes.length, external: 0 })
}, 600_000)
