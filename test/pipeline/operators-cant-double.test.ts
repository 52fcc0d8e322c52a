import type { Address, Hash } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { type SweepInput, sweepTaskQueue, sweepWorkflowId } from '../../workflows/contract.ts'
import { payTokenByHand } from '../harness/devnet/pay-by-hand.ts'
import { temporalCli } from '../harness/services/temporal-cli.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * Operators act on a run with the real `temporal` command, at several moments of a sweep. From the
 * payment on, the test mines every block, so that the sweep stays at the named moment. The wallet
 * and the keeper must each send exactly one transaction (MONEY 2).
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
const token = () => d.tokens[0] as (typeof d.tokens)[number]
const five = 5n * 10n ** 18n
const temporal = (...args: string[]) => temporalCli(d.namespace)(...args)
const mining = (seconds: number) => d.devnet.request('anvil_setIntervalMining', [seconds])
const mineOne = () => d.devnet.request('evm_mine')
const nonceOf = async (address: string) =>
  Number(await d.devnet.request('eth_getTransactionCount', [address, 'latest']))

beforeAll(async () => {
  d = await ownDeployment({
    timers: { adoptAfterSeconds: 3, gasWaitSeconds: 2, waitRecheckSeconds: 2, leaseSeconds: 10 },
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

type Step = 'gas' | 'sweep'
/** Waits until the node has accepted the transaction, so that the next block includes it. */
const sent = (wallet: string, step: Step) =>
  eventually(
    () => d.sql`
      select t.mined_block from transactions t join sweeps s on s.id = t.sweep_id
        join attempts a on a.transaction_key = t.key
      where s.wallet = ${wallet.toLowerCase()} and t.step = ${step}
        and a.sends > 0 and a.last_error is null`,
    (rows) => rows.length > 0,
  )

/**
 * Pays a wallet, mines no block after the payment is final, and waits until the deposit is
 * `funding`. The deposit stays `funding`, because the gas transaction needs a block.
 */
async function payUntilFunding(wallet: Address): Promise<Hash> {
  const hash = await payTokenByHand(d.devnet, token(), wallet, five)
  await d.devnet.request('anvil_mine', ['0x2'])
  await reaches(d, hash, 'funding', { processes: [scanner, worker] })
  return hash
}

/** Brings the sweep of a `funding` deposit to the named moment. */
const moments = {
  'funding sent': async (wallet: string) => void (await sent(wallet, 'gas')),
  'gas mined, not seen by a worker': async (wallet: string) => {
    await sent(wallet, 'gas')
    process.kill(worker.pid, 'SIGKILL')
    await worker.ended
    await mineOne()
  },
  'sweep signed': async (wallet: string) => {
    await sent(wallet, 'gas')
    await mineOne()
    await sent(wallet, 'sweep')
  },
} satisfies Record<string, (wallet: string) => Promise<void>>

/** Status of a deposit's last run, or `unknown` if Temporal gives no answer. */
const statusOf = (id: string) =>
  d.client.workflow
    .getHandle(sweepWorkflowId(id))
    .describe()
    .then(
      ({ status }) => status.name,
      () => 'unknown',
    )

/** Sorted statuses of all runs of a deposit, or `unknown` alone if Temporal gives no answer. */
async function runsOf(id: string): Promise<string[]> {
  const runs: string[] = []
  const query = `WorkflowId = '${sweepWorkflowId(id)}'`
  try {
    for await (const run of d.client.workflow.list({ query })) runs.push(run.status.name)
  } catch {
    return ['unknown']
  }
  return runs.sort()
}

/**
 * Acts on a run as a careless operator: sends false signals, resets the run to its last and to its
 * first workflow task, terminates the run, and starts it by hand.
 */
async function meddle(id: string, wallet: string): Promise<void> {
  const workflowId = sweepWorkflowId(id)
  const of = ['--workflow-id', workflowId]
  const may = (work: Promise<unknown>) => work.catch(() => undefined)
  const startByHand = () => {
    const input: SweepInput = {
      depositId: id,
      chainId: d.devnet.chainId,
      chainName: 'devnet',
      asset: 'PLN',
      decimals: 18,
      amount: five.toString(),
      wallet,
      timers: { gasWaitMs: 2_000, recheckMs: 2_000, attentionAfterMs: 600_000, notYetMs: 500 },
    }
    const what = ['--type', 'tokenSweep', '--task-queue', sweepTaskQueue]
    return temporal('workflow', 'start', ...of, ...what, '--input', JSON.stringify(input))
  }
  const signal = (name: string, input: object) =>
    temporal('workflow', 'signal', ...of, '--name', name, '--input', JSON.stringify(input))
  const gas = await d.sql`
    select t.key from transactions t join sweeps s on s.id = t.sweep_id where s.wallet = ${wallet.toLowerCase()} and t.step = 'gas'`
  // At the moment "funding sent" the gas transaction is in no block. This false signal must not
  // continue the sweep.
  await may(signal('gasMined', { transactionKey: gas[0]?.['key'] ?? 'none' }))
  await may(signal('retryNow', { operator: 'ann', reason: 'impatient' }))
  await may(temporal('workflow', 'reset', ...of, '--type', 'LastWorkflowTask', '--reason', 'mid'))
  await may(
    temporal('workflow', 'reset', ...of, '--type', 'FirstWorkflowTask', '--reason', 'first'),
  )
  await may(startByHand())
  await may(temporal('workflow', 'terminate', ...of, '--reason', 'meddling'))
  await may(startByHand())
  await may(signal('laneFree', {}))
}

test.each(Object.keys(moments) as (keyof typeof moments)[])(
  'the money moves once after signals, resets, a termination and manual starts at the moment "%s"',
  async (moment) => {
    const { address } = await d.addWallet()
    const keeperBefore = await nonceOf(d.keeper)
    const coldBefore = await d.devnet.tokenOf(token(), d.coldWallet)
    let hash: Hash
    try {
      hash = await payUntilFunding(address)
      await moments[moment](address)
      const [row] = await rowsOf(d, hash)
      await meddle(row?.id ?? '', address)
    } finally {
      if (worker.exitCode !== undefined || moment === 'gas mined, not seen by a worker')
        worker = d.start('worker')
      await mining(1)
    }
    await reaches(d, hash, 'done', { processes: [scanner, worker] })
    const { id } = (await rowsOf(d, hash))[0] as { id: string }
    // Repeats the same actions on the finished sweep.
    await meddle(id, address)
    await eventually(
      () => statusOf(id),
      (status) => status !== 'RUNNING' && status !== 'unknown',
    )
    // Proves that the resets, terminations and starts took effect.
    await eventually(
      () => runsOf(id),
      (runs) => runs.length >= 4 && runs.includes('TERMINATED'),
    )
    expect(await nonceOf(address)).toBe(1)
    expect((await nonceOf(d.keeper)) - keeperBefore).toBe(1)
    expect((await d.devnet.tokenOf(token(), d.coldWallet)) - coldBefore).toBe(five)
    expect((await rowsOf(d, hash)).map(({ state }) => state)).toEqual(['done'])
  },
)

test('adopt starts a new run for a terminated run, and the money moves once', async () => {
  const { address } = await d.addWallet()
  const keeperBefore = await nonceOf(d.keeper)
  const hash = await payUntilFunding(address)
  const [row] = await rowsOf(d, hash)
  const of = ['--workflow-id', sweepWorkflowId(row?.id ?? '')]
  await temporal('workflow', 'terminate', ...of, '--reason', 'by mistake')
  await mining(1)
  await reaches(d, hash, 'done', { processes: [scanner, worker] })
  await eventually(
    () => runsOf(row?.id ?? ''),
    (runs) => runs.join() === 'COMPLETED,TERMINATED',
  )
  expect([await nonceOf(address), (await nonceOf(d.keeper)) - keeperBefore]).toEqual([1, 1])
})
