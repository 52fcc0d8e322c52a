import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import { reaches } from '../../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/**
 * `feeMode: legacy` on a chain whose blocks have no base fee (MONEY 8, 9). Scanner and worker use
 * an anvil with a hardfork before London.
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const token = () => d.tokens[0] as (typeof d.tokens)[number]
const done = (hash: string) => reaches(d, hash, 'done', { processes: [scanner, worker] })
const sentBy = (wallet: string) => d.sql<{ hash: string; step: string }[]>`
  select t.mined_hash as hash, t.step from transactions t join sweeps s on s.id = t.sweep_id
  where s.wallet = ${wallet.toLowerCase()} order by t.step`
const typeOf = async (hash: string) =>
  ((await d.devnet.request('eth_getTransactionByHash', [hash])) as { type: string }).type

beforeAll(async () => {
  d = await ownDeployment({
    anvil: { hardfork: 'berlin' },
    chain: { feeMode: 'legacy', gas: { maxFeeGwei: 200 } },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

test('config check accepts feeMode legacy on a chain without a base fee', async () => {
  const head = (await d.devnet.request('eth_getBlockByNumber', ['latest', false])) as object
  expect(head).not.toHaveProperty('baseFeePerGas')
  expect((await d.cli('config', 'check')).stdout).not.toContain('feeMode')
})

test('funds and sweeps a token deposit with legacy transactions', async () => {
  const { address } = await d.addWallet()
  await done(await d.devnet.payToken(token(), address, 5n * 10n ** 18n))
  expect(await d.devnet.tokenOf(token(), d.coldWallet)).toBe(5n * 10n ** 18n)
  const sent = await sentBy(address)
  expect(sent.map(({ step }) => step)).toEqual(['gas', 'sweep'])
  for (const { hash } of sent) expect(await typeOf(hash)).toBe('0x0')
})

test('a native sweep leaves a balance of 0, because the signed gas price is the price paid', async () => {
  const { address } = await d.addWallet()
  await done(await d.devnet.pay(address, '0.7'))
  expect(await d.devnet.etherOf(address)).toBe(0n)
})
