import type { Address } from '../../../domain/address.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import type { SignedFees } from '../../../domain/chains/fees.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { LaneBusy } from '../../../domain/money-errors.ts'
import type { MoneyChain } from '../../../transactions/sign/money-chain.ts'
import {
  type OpenAnswer,
  type OpenRequest,
  openTransaction,
} from '../../../transactions/sign/open-transaction.ts'
import { broadcast } from '../../../transactions/track/broadcast.ts'
import { trackLanes } from '../../../transactions/track/track-lanes.ts'
import { ether, gwei, token } from '../factories/a-chain.ts'
import type { Account } from '../factories/an-account.ts'
import { recordingLog } from '../fakes/recording-log.ts'
import { recordingMetrics } from '../fakes/recording-metrics.ts'
import type { OwnLedger } from './own-ledger.ts'

export const maxRounds = 3
/** Gas limit of the bench's token sweeps. */
export const tokenGas = 60_000n
export const benchFees: SignedFees = {
  gasLimit: 21_000n,
  maxFeeWei: gwei,
  maxPriorityFeeWei: gwei,
}

export interface SweepOfBench {
  readonly sweepId: string
  readonly wallet: Address
}

/** Returns functions that claim, sign, broadcast and track transactions on a real database. */
export function laneBench(ledger: OwnLedger, chain: MoneyChain & { addWallet(): Account }) {
  const log = recordingLog()
  const metrics = recordingMetrics()
  const { id: chainId } = chain.chain
  const base = { fees: benchFees, feeCapWei: 2n * gwei, l1FeeWei: 0n }

  const gas = (
    { sweepId, wallet }: SweepOfBench,
    more: Partial<OpenRequest> = {},
  ): OpenRequest => ({
    ...base,
    sweepId,
    step: 'gas',
    intent: { kind: 'fund-gas', chainId, wallet, valueWei: gwei },
    ...more,
  })
  const native = ({ sweepId, wallet }: SweepOfBench): OpenRequest => ({
    ...base,
    sweepId,
    step: 'sweep',
    intent: { kind: 'sweep-native', chainId, wallet, valueWei: ether / 100n },
  })
  /** Returns the request of a token sweep that may be bumped up to `feeCapWei`. */
  const tokens = ({ sweepId, wallet }: SweepOfBench, feeCapWei: bigint): OpenRequest => ({
    sweepId,
    step: 'sweep',
    intent: { kind: 'sweep-token', chainId, wallet, token, amount: 5n },
    fees: { ...benchFees, gasLimit: tokenGas },
    feeCapWei,
    l1FeeWei: 0n,
  })
  /** Retries while the lane is busy, as Temporal would. */
  const open = async (request: OpenRequest, on: MoneyChain = chain): Promise<OpenAnswer> => {
    try {
      return await openTransaction(on, ledger, maxRounds, request)
    } catch (error) {
      if (error instanceof LaneBusy) return await open(request, on)
      throw error
    }
  }

  async function signed(request: OpenRequest): Promise<Transaction> {
    const answer = await open(request)
    if (answer.kind !== 'signed') throw new Error(answer.kind)
    return answer.transaction
  }

  async function sent(request: OpenRequest): Promise<Transaction> {
    const transaction = await signed(request)
    await broadcast({ broadcaster: chain.broadcaster, lanes: ledger.lanes, log }, transaction)
    return transaction
  }

  return {
    log,
    metrics,
    gas,
    native,
    tokens,
    open,
    signed,
    sent,
    track: () => trackLanes({ ...ledger, chain, log, metrics }),
    /** Stores a deposit and claims its sweep: a run gets the lease, the sweep gets the lane. */
    async aSweep(wallet = chain.addWallet().address, asset: AssetId = 'native') {
      const { sweep } = await ledger.claimed({ chainId, wallet, asset }, `run-${asset}`)
      return { sweepId: sweep.id, wallet }
    },
    /** Reads the current row of the transaction. */
    async now({ sweepId, key }: Transaction): Promise<Transaction> {
      const row = (await ledger.lanes.ofSweep(sweepId)).find((t) => t.key === key)
      if (!row) throw new Error(`no transaction ${key}`)
      return row
    },
    async laneHolder(wallet: Address): Promise<string | null> {
      const [lane] = await ledger.sql<{ holder: string | null }[]>`
        select holder_sweep_id as holder from lanes where chain_id = ${chainId} and sender = ${wallet}`
      return lane?.holder ?? null
    },
  }
}
