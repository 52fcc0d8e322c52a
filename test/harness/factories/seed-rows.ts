import { randomBytes, randomUUID } from 'node:crypto'
import type postgres from 'postgres'

/** A random hash. */
export const drawHash = () => `0x${randomBytes(32).toString('hex')}`

export const drawAddress = () => `0x${randomBytes(20).toString('hex')}`

export interface DepositSeed {
  readonly chainId?: number
  readonly txHash?: string
  readonly position?: string
  readonly asset?: string
  readonly wallet?: string
  readonly amount?: string
  readonly state?: string
  readonly reason?: string
  readonly detail?: string
  readonly sweepId?: string
  readonly since?: Date
}

/** Many deposits of 1 unit in one wallet, from block 6 on. */
export interface SmallSeeds {
  readonly wallet: string
  readonly asset: string
  readonly count: number
  readonly chainId?: number
  readonly from?: bigint
  readonly perBlock?: number
  /** Hash of the transaction of all of them. @default each has its own */
  readonly txHash?: string
  readonly state?: string
  readonly reason?: string
}

/** Inserts confirmed deposits of 1 unit by one statement. */
export async function seedSmallDeposits(sql: postgres.Sql, seeds: SmallSeeds): Promise<void> {
  const { wallet, asset, count, chainId = 31337, from = 6n, perBlock = 100 } = seeds
  const { txHash = null, state = 'waiting', reason = 'queued' } = seeds
  await sql`
    insert into deposits (id, chain_id, tx_hash, position, asset, wallet, sender, amount,
      block_number, block_hash, tx_index, log_order, state, reason, confirmed_at)
    select ${`${chainId}:`} || hash || ':' || n, ${chainId}, hash, n::text, ${asset}, ${wallet},
      ${wallet}, 1, ${String(from)}::bigint + n / ${perBlock}, '0x00', 0, n % ${perBlock},
      ${state}, ${reason}, now()
    from (select n, coalesce(${txHash}, '0x' || md5(${wallet} || n) || md5(n::text)) as hash
      from generate_series(0, ${count - 1}) n) rows`
}

/** Inserts a deposit, confirmed unless its state is detected or confirming. Returns its id. */
export async function seedDeposit(sql: postgres.Sql, seed: DepositSeed = {}): Promise<string> {
  const { chainId = 56, txHash = drawHash(), position = 'native', state = 'waiting' } = seed
  const id = `${chainId}:${txHash}:${position}`
  await sql`insert into deposits ${sql({
    id,
    chain_id: chainId,
    tx_hash: txHash,
    position,
    asset: seed.asset ?? 'native',
    wallet: seed.wallet ?? drawAddress(),
    sender: drawAddress(),
    amount: seed.amount ?? '1000000000000000000',
    block_number: 100,
    block_hash: drawHash(),
    tx_index: 0,
    log_order: -1,
    state,
    reason: seed.reason ?? '',
    detail: seed.detail ?? '',
    sweep_id: seed.sweepId ?? null,
    since: seed.since ?? new Date(),
    confirmed_at: state === 'detected' || state === 'confirming' ? null : new Date(),
  })}`
  return id
}

/** Inserts an open sweep and returns its id. */
export async function seedSweep(
  sql: postgres.Sql,
  seed: { readonly wallet?: string; readonly asset?: string } = {},
): Promise<string> {
  const id = randomUUID()
  await sql`insert into sweeps ${sql({
    id,
    chain_id: 56,
    wallet: seed.wallet ?? drawAddress(),
    asset: seed.asset ?? 'native',
    planned_amount: '1000000000000000000',
    planned_block: 101,
    gas_limit: 21_000,
  })}`
  return id
}

export interface TransactionSeed {
  readonly sweepId: string
  readonly step: 'gas' | 'sweep'
  readonly sender: string
  readonly nonce?: number
  readonly state?: string
  readonly valueWei?: string
  readonly maxFeeWei?: string
  /** Hashes of the transaction's attempts, oldest first. */
  readonly attempts?: readonly string[]
  /** Block that mined the last attempt, at 1 gwei with 21,000 gas. */
  readonly minedBlock?: number
}

/** Inserts a transaction and its attempts with signed bytes, which no output may contain. */
export async function seedTransaction(sql: postgres.Sql, seed: TransactionSeed): Promise<void> {
  const { attempts = [drawHash()] } = seed
  const key = `${seed.sweepId}:${seed.step}:1`
  const mined = seed.minedBlock !== undefined
  await sql`insert into transactions ${sql({
    key,
    sweep_id: seed.sweepId,
    step: seed.step,
    round: 1,
    chain_id: 56,
    sender: seed.sender,
    nonce: seed.nonce ?? 0,
    state: seed.state ?? 'live',
    to: drawAddress(),
    value_wei: seed.valueWei ?? '5',
    data: '0x',
    gas_limit: 21_000,
    fee_cap_wei: 2_000_000_000,
    mined_hash: mined ? (attempts.at(-1) ?? null) : null,
    mined_block: seed.minedBlock ?? null,
    mined_block_hash: mined ? drawHash() : null,
    mined_tx_index: mined ? 0 : null,
    mined_ok: mined ? true : null,
    gas_used: mined ? 21_000 : null,
    gas_price_wei: mined ? 1_000_000_000 : null,
  })}`
  for (const [index, hash] of attempts.entries()) {
    await sql`insert into attempts ${sql({
      hash,
      transaction_key: key,
      number: index + 1,
      kind: 'send',
      value_wei: seed.valueWei ?? '5',
      max_fee_wei: seed.maxFeeWei ?? '1000000000',
      max_priority_fee_wei: 1_000_000_000,
      raw: Buffer.from('5ec2e7'.repeat(40), 'hex'),
      sends: 2,
      last_error: index === 0 ? null : 'replacement transaction underpriced',
    })}`
  }
}
