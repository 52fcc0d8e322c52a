import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * `feeMode: legacy` on a chain whose blocks have no base fee: the whole product on an anvil from
 * before London (MONEY 8, 9).
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

test('the chain has no base fee, and the configuration fits it', async () => {
  const head = (await d.devnet.request('eth_getBlockByNumber', ['latest', false])) as object
  expect(head).not.toHaveProperty('baseFeePerGas')
  expect((await d.cli('config', 'check')).stdout).not.toContain('feeMode')
})

test('a token deposit is funded and swept with transactions of the old kind', async () => {
  const { address } = await d.addWallet()
  await done(await d.devnet.payToken(token(), address, 5n * 10n ** 18n))
  expect(await d.devnet.tokenOf(token(), d.coldWallet)).toBe(5n * 10n ** 18n)
  const sent = await sentBy(address)
  expect(sent.map(({ step }) => step)).toEqual(['gas', 'sweep'])
  for (const { hash } of sent) expect(await typeOf(hash)).toBe('0x0')
})

test('a native deposit leaves exactly nothing: the gas price is what is paid', async () => {
  const { address } = await d.addWallet()
  await done(await d.devnet.pay(address, '0.7'))
  expect(await d.devnet.etherOf(address)).toBe(0n)
})
