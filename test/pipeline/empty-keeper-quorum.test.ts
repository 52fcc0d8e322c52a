import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { type FaultProxy, faultProxy } from '../harness/proxies/fault-proxy.ts'
import type { Answering } from '../harness/proxies/faults.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * Two endpoints with a quorum of two, and a keeper with balance 0. Both endpoints refuse to
 * estimate the keeper's transfer of 1 wei.
 */
let d: OwnDeployment
let proxies: readonly FaultProxy[] = []
let processes: readonly StartedProcess[] = []
const token = () => d.tokens[0] as (typeof d.tokens)[number]

/** Answers an estimate as geth does when the sender cannot pay for the transfer. */
const refuseUnpayable: Answering = async ({ method, params }, ask) => {
  const { from, value = '0x0' } = params[0] as { readonly from: string; readonly value?: string }
  const { result } = await ask('eth_getBalance', [from, 'latest'])
  if (BigInt(String(result)) >= BigInt(value)) return await ask(method, params)
  const message = `failed with 50000000 gas: insufficient funds for transfer: address ${from}`
  return { error: { code: -32000, message } }
}

beforeAll(async () => {
  d = await ownDeployment({
    keeperEther: 0,
    alertBelow: '0.1',
    timers: { waitRecheckSeconds: 900, gasWaitSeconds: 2 },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    rpc: async (anvilUrl) => {
      proxies = [await faultProxy(anvilUrl), await faultProxy(anvilUrl)]
      return proxies.map(({ url }) => url)
    },
  })
  for (const proxy of proxies)
    proxy.fault('eth_estimateGas', { kind: 'answer', give: refuseUnpayable })
  processes = [d.start('scanner'), d.start('worker')]
})
afterAll(async () => {
  await d?.close()
  await Promise.all(proxies.map((proxy) => proxy.close()))
})

test('an empty keeper is recorded and delays token sweeps until a refill, but not native sweeps (MONEY 7)', async () => {
  const tokens = (await d.addWallet()).address
  const coin = (await d.addWallet()).address
  const tokenPaid = await d.devnet.payToken(token(), tokens, 5n * 10n ** 18n)
  const coinPaid = await d.devnet.pay(coin, '0.7')
  await eventually(
    () => d.sql`select level from keeper_watches where level = 'empty'`,
    (rows) => rows.length === 1,
  )
  await reaches(d, coinPaid, 'done', { processes })
  await reaches(d, tokenPaid, 'waiting(keeper-low)', { processes })
  await d.devnet.pay(d.keeper, '2')
  await reaches(d, tokenPaid, 'done', { processes, limitMs: 120_000 })
  const [measured] = await d.sql`select gas::int as gas, measured_by as by from transfer_gas`
  expect(measured).toMatchObject({ gas: 21_000, by: 'first start' })
})
