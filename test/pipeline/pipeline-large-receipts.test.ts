import { encodeFunctionData } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import type { Token } from '../harness/devnet/devnet.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * In a full deployment, a deposit and a sweep of a hostile token that makes both receipts larger
 * than 10 MiB.
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const limit = 600_000

beforeAll(async () => {
  d = await ownDeployment({
    keeperEther: 100,
    anvil: { args: ['--gas-limit', '100000000'] },
    tokens: async (devnet) => [
      {
        ...(await devnet.deployToken('flooding-token', 'FLD', 18)),
        min: '1',
        maxGas: 30_000_000,
      },
    ],
    chain: { gas: { maxFeeGwei: 200, maxPriorityFeeGwei: 2, maxPerSweep: '10' } },
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

test(
  'credits, sweeps, reconciles and rescans a deposit of a token that floods its receipts with logs',
  async () => {
    const [token] = d.tokens as [Token]
    const { address } = await d.addWallet()
    const flooding = (count: bigint) => d.devnet.call(token, 'setLogsBefore', [count])
    // The devnet's client cannot read such a receipt, so an account of anvil sends the payment.
    const [, payer = ''] = (await d.devnet.request('eth_accounts')) as string[]
    await d.devnet.call(token, 'mint', [payer, 10n ** 18n])
    await flooding(30_500n)
    const data = encodeFunctionData({
      abi: token.abi,
      functionName: 'transfer',
      args: [address, 10n ** 18n],
    })
    const request = { from: payer, to: token.address, data, gas: '0xf42400' }
    const paid = (await d.devnet.request('eth_sendTransaction', [request])) as string
    const { id, sweepId } = await reaches(d, paid, 'done', {
      processes: [scanner, worker],
      limitMs: 400_000,
    })
    expect(id).toBe(`${d.devnet.chainId}:${paid}:30500`)
    const [sweep] =
      await d.sql`select tx_hash, arrived_amount::text from sweeps where id = ${sweepId}`
    expect(sweep?.['arrived_amount']).toBe(String(10n ** 18n))
    expect(await d.devnet.tokenOf(token, d.coldWallet)).toBe(10n ** 18n)

    const height = Number(BigInt(String(await d.devnet.request('eth_blockNumber'))))
    await eventually(
      async () => (await d.sql`select final_height from scan_cursors`)[0]?.['final_height'],
      (final) => Number(final) >= height,
    )
    const books = await d.cli('reconcile', '--json')
    expect(books.exitCode, books.stdout + books.stderr).toBe(0)

    process.kill(scanner.pid, 'SIGTERM')
    await scanner.ended
    const range = ['--chain', String(d.devnet.chainId), '--from', '1', '--to', String(height)]
    const again = await d.cli(
      'rescan',
      ...range,
      '--operator',
      'ann',
      '--reason',
      'a test',
      '--json',
    )
    expect(again.exitCode, again.stderr).toBe(0)
    expect(JSON.parse(again.stdout)).toMatchObject({ data: { found: 0 } })
    expect([...(await d.sql`select * from unread_transactions`)]).toEqual([])
  },
  limit,
)
