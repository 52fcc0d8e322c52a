import { MockActivityEnvironment } from '@temporalio/testing'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPlan } from '../../../activities/plan/plan.ts'
import type { ActivityDeps } from '../../../activities/step/activity-deps.ts'
import { openDatabase } from '../../../adapters/drizzle/database.ts'
import { laneSigning } from '../../../adapters/drizzle/lanes/lane-signing.ts'
import { createDryRun } from '../../../adapters/drizzle/sweeps/plan-rows.ts'
import { createSweepStore } from '../../../adapters/drizzle/sweeps/sweep-store.ts'
import { createChainState } from '../../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import { type Address, type Hex, toAddress } from '../../../domain/address.ts'
import { inUnits } from '../../../domain/chains/asset.ts'
import { type Chain, findAsset } from '../../../domain/chains/chain.ts'
import type { KeyProof } from '../../../domain/scan/explain-rows.ts'
import type { PlanVerdict } from '../../../domain/sweeps/plan-step.ts'
import { dryPlan } from '../../../operations/plan/dry-plan.ts'
import { createSigner } from '../../../transactions/sign/signer.ts'
import { sweepWorkflowId } from '../../../workflows/contract.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { keySource } from '../../harness/fakes/key-source.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../../harness/fakes/recording-metrics.ts'
import { aDevChain } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/**
 * The dry run against the plan activity, on a real node and real rows: for each deposit, the dry
 * run speaks first, and then the activity plans.
 */
let world: ScanWorld
let database: ReturnType<typeof openDatabase>
let chain: Chain
let usdt: Token
let refusing: Token
const keys: Record<Address, Hex[]> = {}
const unit = 10n ** 18n

beforeAll(async () => {
  world = await scanWorld()
  const { anvil, coldWallet, keeper } = world
  usdt = await world.token('plain-token', 'USDT')
  refusing = await world.token('pausable-false-token', 'NO')
  const tokens = [usdt, refusing]
  const dev = aDevChain({ id: anvil.chainId, coldWallet, keeper, tokens, startBlock: 1n })
  const native = { ...dev.native, min: unit / 100n, approveAbove: 5n * unit }
  const listed = dev.tokens.map((token) => ({ ...token, min: unit }))
  chain = { ...dev, native, tokens: listed }
  world.scan({ chain: { ...dev, native, tokens: listed } })
  await world.sql`
    insert into chains (id, name, cold_wallet) values (${chain.id}, 'devnet', ${coldWallet})`
  await world.sql`insert into keepers (chain_id, address) values (${chain.id}, ${keeper})`
  database = openDatabase(world.databaseUrl, { max: 2, applicationName: 'dry-plan-test' })
})
afterAll(async () => {
  await database?.close()
  await world?.close()
})

async function wallet(key: 'fits' | 'wrong' | 'missing' = 'fits'): Promise<Address> {
  const own = generatePrivateKey()
  const address = toAddress(privateKeyToAccount(own).address)
  await world.list(address)
  if (key !== 'missing') keys[address] = [key === 'fits' ? own : generatePrivateKey()]
  return address
}

function parts(of: Chain) {
  const nodes = createChainNodes({ chainId: of.id, urls: [world.anvil.url] })
  const state = createChainState(of.id, nodes)
  const codec = createTransactionCodec()
  const signer = createSigner({
    chain: of,
    keeperKeys: keySource({}),
    walletKeys: keySource(keys),
    codec,
  })
  const deps = {
    chains: new Map([[of.id, { chain: of, state, signer }]]),
    sweeps: createSweepStore(database.db),
    lanes: laneSigning(database.db),
    log: recordingLog(),
    metrics: recordingMetrics(),
    leaseMs: 60_000,
  } as unknown as ActivityDeps
  const plan = createPlan(deps)
  const proveKey = async (address: Address): Promise<KeyProof> => {
    const found = keys[address] ?? []
    if (found.length === 0) return { kind: 'missing' }
    const fits = found.some((key) => codec.addressOfKey(key) === address)
    return fits ? { kind: 'fits' } : { kind: 'wrong', rows: found.length }
  }
  return {
    dry: (id: string) =>
      dryPlan(id, {
        chain: of,
        state,
        dry: createDryRun(database.db),
        table: { listed: async () => new Set(), proveKey },
        transferGas: { read: async () => undefined },
      }),
    run: (id: string) => {
      const workflowExecution = { workflowId: sweepWorkflowId(id), runId: 'run' }
      const env = new MockActivityEnvironment({ workflowExecution })
      return env.run(plan, { depositId: id, retry: false } as never)
    },
  }
}

/** The answer of the activity that a verdict promises. */
function promised(verdict: PlanVerdict, asset: string): object {
  const listed = findAsset(chain, asset)
  if (!listed) throw new Error(`${asset} is not listed`)
  switch (verdict.kind) {
    case 'sweep':
      return {
        kind: 'planned',
        amount: inUnits(verdict.amount, listed),
        gasShortWei: verdict.plan.gasShortWei.toString(),
      }
    case 'wait':
      return { kind: 'parked', reason: verdict.reason, detail: verdict.detail }
    case 'attention':
      return { kind: 'attention', reason: verdict.reason, detail: verdict.detail }
    case 'end':
      return { kind: 'finished', state: verdict.state, reason: verdict.reason }
  }
}

/** Plans every waiting deposit, tokens first, and returns the kinds of the verdicts. */
async function compareAll(of: Chain): Promise<string[]> {
  const rows = await world.sql`
    select id, asset from deposits where state = 'waiting' order by asset = 'native', id`
  const { dry, run } = parts(of)
  const seen: string[] = []
  for (const { id, asset } of rows) {
    const before = await world.sql`select state, reason, sweep_id from deposits where id = ${id}`
    const verdict = await dry(id)
    const after = await world.sql`select state, reason, sweep_id from deposits where id = ${id}`
    expect([...after]).toEqual([...before])
    if (!verdict) throw new Error(`no verdict about ${id}`)
    expect(await run(id)).toMatchObject(promised(verdict, asset))
    seen.push('reason' in verdict ? verdict.reason.replace(/ .*/, '') : verdict.kind)
  }
  return seen.sort()
}

it('says what the plan activity then does: paused, too dear, then a free chain', async () => {
  const { devnet } = world
  const paid: `0x${string}`[] = [
    await devnet.pay(await wallet(), '1'),
    await devnet.pay(await wallet(), '0.001'),
    await devnet.pay(await wallet(), '6'),
    await devnet.pay(await wallet('wrong'), '2'),
    await devnet.pay(await wallet('missing'), '2'),
    await devnet.payToken(refusing, await wallet(), 3n * unit),
    await devnet.payToken(usdt, await wallet(), unit / 2n),
  ]
  const both = await wallet()
  paid.push(await devnet.payToken(usdt, both, 5n * unit), await devnet.pay(both, '0.5'))
  await devnet.call(refusing, 'setPaused', [true])
  await world.mine(3)
  for (const hash of paid) await world.deposit(hash, 'waiting')

  await world.sql`update chains set paused_reason = 'drill (ann)'`
  // The plan of a paused chain parks the tokens, so native coin does not wait for its tokens.
  expect(new Set(await compareAll(chain))).toEqual(new Set(['approval', 'chain-paused']))
  await world.sql`update chains set paused_reason = null`
  const dear = { ...chain, gas: { ...chain.gas, maxFeeWei: 1n, maxPriorityFeeWei: 1n } }
  expect(await compareAll(dear)).toContain('gas-price')
  await world.sql`update deposits set state = 'waiting', reason = 'queued' where state = 'needs-attention'`
  const kinds = await compareAll(chain)
  expect(kinds.filter((kind) => kind === 'sweep').length).toBeGreaterThanOrEqual(2)
  expect(kinds).toContain('key-mismatch')
  expect(kinds).toContain('key-missing')
  expect(kinds).toContain('token-refused')
})
