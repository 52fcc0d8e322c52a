import { afterAll, beforeAll, expect, test } from 'vitest'
import { feeOracles } from '../../../adapters/viem/fees/rollup-fee.ts'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import { standInOracle } from '../../harness/devnet/rollup-oracle.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import { reaches } from '../../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/**
 * Tests fees on an OP-stack rollup (MONEY 8, 9). A test contract replaces the rollup's fee oracle
 * at the oracle's address. The devnet charges no L1 fee, so the amount reserved for the fee stays
 * in the wallet, where the test reads it.
 */
const oracle = feeOracles['op-stack'] as string
const prices = { weiPerByte: 1_000_000_000n, weiPerGas: 10_000n }
/**
 * A proxy that adds `l1Fee` to the devnet's receipts, as a rollup does. The first few receipts lack
 * the field (reth #6547).
 */
let node: FaultProxy
const untold = 5
let receipts = 0
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const token = () => d.tokens[0] as (typeof d.tokens)[number]
const done = (hash: string) => reaches(d, hash, 'done', { processes: [scanner, worker] })
const sent = async (wallet: string, step: 'gas' | 'sweep') => {
  const [row] = await d.sql<
    {
      value: string
      l1: string
      limit: string
      cap: string
      fee: string
      used: string
      price: string
    }[]
  >`
    select t.value_wei::text as value, t.l1_fee_wei::text as l1, t.gas_limit::text as limit,
      t.fee_cap_wei::text as cap, a.max_fee_wei::text as fee, t.gas_used::text as used,
      t.gas_price_wei::text as price
    from transactions t join sweeps s on s.id = t.sweep_id join attempts a on a.hash = t.mined_hash
    where s.wallet = ${wallet.toLowerCase()} and t.step = ${step}`
  if (!row) throw new Error(`no mined ${step} transaction of ${wallet}`)
  const { value, l1, limit, cap, fee, used, price } = row
  return {
    valueWei: BigInt(value),
    l1FeeWei: BigInt(l1),
    gasLimit: BigInt(limit),
    capWei: BigInt(cap),
    maxFeeWei: BigInt(fee),
    spentWei: BigInt(used) * BigInt(price),
  }
}

beforeAll(async () => {
  d = await ownDeployment({
    chain: { rollup: 'op-stack' },
    rpc: async (url) => {
      node = await faultProxy(url)
      node.fault('eth_getTransactionReceipt', {
        kind: 'forge',
        change: (receipt) => {
          receipts += 1
          return receipt && receipts > untold ? { ...receipt, l1Fee: '0x0' } : receipt
        },
      })
      return [node.url]
    },
    tokens: async (devnet) => {
      await standInOracle(devnet, oracle, prices)
      return [{ ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' }]
    },
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => {
  await d?.close()
  await node?.close()
})

test('the gas payment for a token sweep includes the L1 and operator fees, and the keeper reserves both fees for its own transaction', async () => {
  const { address } = await d.addWallet()
  await done(await d.devnet.payToken(token(), address, 5n * 10n ** 18n))
  const gas = await sent(address, 'gas')
  const sweep = await sent(address, 'sweep')
  const operatorFee = sweep.gasLimit * prices.weiPerGas
  // The L1 fee covers at least the 68 bytes of calldata, and at most a transaction whose fields all
  // have their greatest length.
  expect(sweep.l1FeeWei - operatorFee).toBeGreaterThan(68n * prices.weiPerByte)
  expect(sweep.l1FeeWei - operatorFee).toBeLessThan(200n * prices.weiPerByte)
  const kept = gas.valueWei - sweep.gasLimit * sweep.capWei
  expect(kept).toBe((sweep.l1FeeWei * 3n) / 2n)
  expect(gas.l1FeeWei).toBeGreaterThan(21_000n * prices.weiPerGas)
  expect(await d.devnet.tokenOf(token(), d.coldWallet)).toBe(5n * 10n ** 18n)
})

test('a native sweep leaves only 1.5 times the rollup fee and unused gas', async () => {
  const { address } = await d.addWallet()
  await done(await d.devnet.pay(address, '0.7'))
  const sweep = await sent(address, 'sweep')
  const left = await d.devnet.etherOf(address)
  const reserve = sweep.gasLimit * sweep.maxFeeWei + (sweep.l1FeeWei * 3n) / 2n
  expect(sweep.valueWei).toBe(7n * 10n ** 17n - reserve)
  expect(left).toBe(reserve - sweep.spentWei)
  expect(sweep.l1FeeWei).toBeGreaterThan(21_000n * prices.weiPerGas)
})

test('a spike of the L1 fee makes sweeps wait, stops no asset, and costs nothing', async () => {
  const keeper = await d.devnet.etherOf(d.keeper)
  await standInOracle(d.devnet, oracle, { ...prices, weiPerByte: 10n ** 16n })
  const [one, two] = [await d.addWallet(), await d.addWallet()]
  const waiting = [
    await d.devnet.payToken(token(), one.address, 5n * 10n ** 18n),
    await d.devnet.pay(two.address, '0.7'),
  ]
  for (const hash of waiting)
    await reaches(d, hash, 'waiting(gas-price)', { processes: [scanner, worker] })
  expect(await d.devnet.etherOf(d.keeper)).toBe(keeper)
  await standInOracle(d.devnet, oracle, prices)
  for (const hash of waiting) await done(hash)
  expect(await d.sql`select 1 from asset_pauses`).toEqual([])
})

test('config check compares the configured rollup with the fee oracles on the chain', async () => {
  const answer = await d.cli('config', 'check')
  expect(answer.stdout).toMatch(/rollup: a plain transfer pays \d+ wei on top of its gas/)
  await d.devnet.request('anvil_setCode', [oracle, '0x'])
  const without = await d.cli('config', 'check')
  expect(without.exitCode).toBe(2)
  expect(without.stdout).toContain(`is op-stack, but there is no oracle at ${oracle}`)
})
