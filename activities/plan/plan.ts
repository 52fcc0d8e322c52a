import type { Address } from '../../domain/address.ts'
import { inUnits } from '../../domain/chains/asset.ts'
import { limitsOf, waitsUntil } from '../../domain/chains/budget.ts'
import { findAsset } from '../../domain/chains/chain.ts'
import {
  recordedTransferGas,
  transferGasLimit,
} from '../../domain/chains/nodes/transfer-gas-limit.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { type AttentionReason, isTerminal } from '../../domain/deposits/deposit-state.ts'
import { QuorumShort } from '../../domain/errors.ts'
import { BadInput, KeyMismatch, KeyMissing, NotYet } from '../../domain/money-errors.ts'
import {
  judgeClaim,
  type NoSweep,
  tokensFirst,
  unlistedAsset,
} from '../../domain/sweeps/plan-start.ts'
import type { KeyFact, PlanVerdict } from '../../domain/sweeps/plan-step.ts'
import { readPlan } from '../../domain/sweeps/read-plan.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import type {
  Attention,
  ChainActivities,
  Finished,
  Parked,
  Planned,
} from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import { chainOf, holder } from '../step/activity-deps.ts'
import { callForAttention, park } from '../step/outcomes.ts'
import { estimateTransfer } from './estimate-transfer.ts'
import { continueSigned } from './fund-live-sweep.ts'
import type { PlanContext } from './plan-context.ts'

/**
 * Reasons after which the sweep cannot continue. An operator's retry opens a new sweep (MONEY 2,
 * 17).
 */
const spentReasons: ReadonlySet<string> = new Set<AttentionReason>([
  'token-refused',
  'reverted',
  'displaced',
  'rounds-exhausted',
])

type PlanAnswer = Planned | Parked | Attention | Finished

/**
 * Creates the activity that plans a deposit's sweep. A terminal deposit ends at once. Otherwise the
 * activity finds or opens the sweep, takes its lease and the wallet's lane, and plans with balances
 * that are read at or after the wallet's last mined block (MONEY 6, 10, 12, 14, 15). A repeat
 * spends nothing.
 */
export function createPlan(deps: ActivityDeps): ChainActivities['plan'] {
  return async ({ depositId, retry }) => {
    const deposit = await deps.sweeps.deposit(depositId)
    if (!deposit) throw new BadInput(`no deposit ${depositId} in the database`)
    await deps.sweeps.touch(depositId)
    if (isTerminal(deposit.state)) return await finish(deps, deposit)
    if (deposit.confirmedAt === null) return { kind: 'parked', reason: 'confirming', detail: '' }
    if (deposit.state === 'needs-attention' && !retry) {
      return { kind: 'attention', reason: deposit.reason, detail: deposit.detail }
    }
    return await planConfirmed(deps, chainOf(deps, deposit.chainId), deposit, retry)
  }
}

async function planConfirmed(
  deps: ActivityDeps,
  chain: MoneyChain,
  deposit: Deposit,
  retry: boolean,
): Promise<PlanAnswer> {
  // Given the sweep id, `park` also releases lease and lane if an earlier try of this run claimed
  // them. A token sweep may be waiting for the lane.
  const at = { depositId: deposit.id, sweepId: deposit.sweepId }
  const asset = findAsset(chain.chain, deposit.asset)
  if (!asset) return await stop(deps, at, unlistedAsset(deposit, chain.chain))
  if (deposit.reason === 'budget' && !retry) {
    // The row stays as it is: neither its time nor an event changes before the budget is free.
    const until = waitsUntil(deposit.detail, limitsOf(chain.chain, asset))
    if (until && until.getTime() > Date.now())
      return { kind: 'parked', reason: 'budget', detail: deposit.detail, ageless: true }
  }
  if (asset.id === 'native' && (await deps.sweeps.tokensGoFirst(deposit)))
    return await stop(deps, at, tokensFirst)
  if (retry && spentReasons.has(deposit.reason) && deposit.sweepId !== null) {
    await deps.sweeps.giveUp(deposit.sweepId, holder(), deposit.reason)
  }
  const walletNonce = await chain.state.minedNonce(deposit.wallet)
  const claim = await deps.sweeps.claim(deposit, holder(), deps.leaseMs, walletNonce)
  if (claim.kind === 'terminal') {
    // The deposit was covered, orphaned or dropped after the read. The retry rereads the row.
    throw new NotYet('the deposit’s row has changed')
  }
  if (claim.kind !== 'mine') return await stop(deps, at, judgeClaim(claim, deposit, asset))
  const head = await chain.state.head()
  if (claim.lastMinedBlock !== null && head.number < claim.lastMinedBlock) {
    throw new NotYet(
      `the node is at block ${head.number}, behind the wallet’s last sweep in ${claim.lastMinedBlock}`,
    )
  }
  // A balance that is read before the deposit's block lacks the deposit and would look like a theft
  // (MONEY 12).
  if (head.number < deposit.blockNumber) {
    throw new QuorumShort(
      `the rpc endpoints are at block ${head.number}, behind the deposit in ${deposit.blockNumber}`,
    )
  }
  const context: PlanContext = { deps, chain, asset, deposit, sweep: claim.sweep, head }
  return (await continueSigned(context)) ?? (await planBalance(context))
}

/**
 * Plans a claimed sweep that nothing is signed for: `planStep` decides from the chain and the rows,
 * and this activity carries the verdict out.
 */
async function planBalance(context: PlanContext): Promise<Planned | Parked | Attention | Finished> {
  const { deps, chain, asset, deposit, head } = context
  const subject = { chain: chain.chain, asset, deposit, head: head.number }
  const verdict = await readPlan(subject, {
    chain: chain.chain,
    state: chain.state,
    sweeps: deps.sweeps,
    headHash: head.hash,
    proveKey: (wallet) => proveKey(context, wallet),
    estimate: (call) => estimateTransfer(context, call),
    transferGas: (transfer, atBlock) => transferGasLimit(chain, transfer, atBlock),
    recordedGas: () => recordedTransferGas(chain),
  })
  return await carryOut(context, verdict)
}

async function carryOut(
  { deps, asset, deposit, sweep }: PlanContext,
  verdict: PlanVerdict,
): Promise<Planned | Parked | Attention | Finished> {
  const depositId = deposit.id
  const at = { depositId, sweepId: sweep.id }
  switch (verdict.kind) {
    case 'wait':
      return await park(deps, at, verdict.reason, verdict.detail)
    case 'attention':
      return await callForAttention(deps, at, verdict.reason, verdict.detail)
    case 'end': {
      const { state, reason, detail } = verdict
      const { dustOrderId = null } = deposit
      const change = { depositId, state, reason, detail, dustOrderId }
      await deps.sweeps.releaseSweep(sweep.id, holder(), change)
      return { kind: 'finished', state, reason }
    }
    case 'sweep': {
      const { plan, amount, state } = verdict
      await deps.sweeps.savePlan(sweep.id, plan)
      await deps.sweeps.setState({ depositId, state, reason: '', detail: '' })
      return {
        kind: 'planned',
        sweepId: sweep.id,
        amount: inUnits(amount, asset),
        gasShortWei: plan.gasShortWei.toString(),
      }
    }
  }
}

/** MONEY 14: proves the wallet's key before any gas is spent. */
async function proveKey({ chain }: PlanContext, wallet: Address): Promise<KeyFact> {
  try {
    await chain.signer.proveKey(wallet)
    return { kind: 'fits' }
  } catch (error) {
    if (error instanceof KeyMissing) return { kind: 'key-missing', detail: error.message }
    if (error instanceof KeyMismatch) return { kind: 'key-mismatch', detail: error.message }
    throw error
  }
}

/** Records a verdict that opens no sweep. */
async function stop(
  deps: ActivityDeps,
  at: { readonly depositId: string; readonly sweepId: string | null },
  verdict: NoSweep,
): Promise<Parked | Attention> {
  return verdict.kind === 'wait'
    ? await park(deps, at, verdict.reason, verdict.detail)
    : await callForAttention(deps, at, verdict.reason, verdict.detail)
}

async function finish(deps: ActivityDeps, deposit: Deposit): Promise<Finished> {
  // An orphaned deposit's run may still hold lease and lane, which another deposit may need. The
  // state stays as it is in the row: the deposit may have come back, or been ordered as dust.
  if (deposit.sweepId !== null) await deps.sweeps.releaseSweep(deposit.sweepId, holder())
  return { kind: 'finished', state: deposit.state, reason: deposit.reason }
}
