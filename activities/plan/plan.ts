import { findAsset } from '../../domain/chains/chain.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { type AttentionReason, isTerminal } from '../../domain/deposits/deposit-state.ts'
import { haltedAs, haltWords } from '../../domain/deposits/halt.ts'
import { QuorumShort } from '../../domain/errors.ts'
import { BadInput, NotYet } from '../../domain/money-errors.ts'
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
import { callForAttention, inUnits, laneBehind, park } from '../step/outcomes.ts'
import { fundLiveSweep } from './fund-live-sweep.ts'
import type { PlanContext } from './plan-context.ts'
import { planNative } from './plan-native.ts'
import { planToken } from './plan-token.ts'

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
 * Ends at once if the deposit's row is terminal. Otherwise finds or opens the sweep, takes lease
 * and lane, and plans by balances read at or after the wallet's last mined block (MONEY 6, 10, 12,
 * 14, 15). A repeat spends nothing.
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
  // `park` releases lease and lane that an earlier try of this run claimed, because a token may
  // wait for the lane.
  const at = { depositId: deposit.id, sweepId: deposit.sweepId }
  const asset = findAsset(chain.chain, deposit.asset)
  if (!asset) {
    const detail = `${deposit.asset} is no longer listed on ${chain.chain.name}`
    return await callForAttention(deps, at, 'unlisted-asset', detail)
  }
  if (asset.id === 'native' && (await deps.sweeps.tokensGoFirst(deposit))) {
    return await park(
      deps,
      at,
      'tokens-first',
      'tokens of this wallet use its native balance for gas first',
    )
  }
  if (retry && spentReasons.has(deposit.reason) && deposit.sweepId !== null) {
    await deps.sweeps.giveUp(deposit.sweepId, holder(), deposit.reason)
  }
  const walletNonce = await chain.state.minedNonce(deposit.wallet)
  const claim = await deps.sweeps.claim(deposit, holder(), deps.leaseMs, walletNonce)
  if (claim.kind === 'terminal') {
    // The deposit was covered, orphaned or dropped after the read. The retry rereads the row.
    throw new NotYet('the deposit’s row has changed')
  }
  if (claim.kind === 'halted')
    return await park(deps, at, haltedAs(claim.halt, deposit.id), haltWords(claim.halt))
  if (claim.kind === 'driven')
    return await park(deps, at, `sweep ${claim.sweepId}`, 'another deposit’s workflow drives it')
  if (claim.kind === 'lane-behind') return await laneBehind(deps, at, claim.why)
  if (claim.kind === 'refused') {
    const detail = `${asset.symbol} refused sweep ${claim.sweepId}: a retry opens another sweep for all of this wallet’s deposits`
    return await callForAttention(deps, at, 'token-refused', detail)
  }
  if (claim.kind === 'lane-held') {
    return await park(
      deps,
      at,
      `wallet-lane ${claim.sweepId}`,
      'another sweep of this wallet is under way',
    )
  }
  const head = await chain.state.head()
  if (claim.lastMinedBlock !== null && head.number < claim.lastMinedBlock) {
    throw new NotYet(
      `the node is at block ${head.number}, behind the wallet’s last sweep in ${claim.lastMinedBlock}`,
    )
  }
  // A balance before the deposit's block would look like a theft (MONEY 12).
  if (head.number < deposit.blockNumber) {
    throw new QuorumShort(
      `the rpc endpoints are at block ${head.number}, behind the deposit in ${deposit.blockNumber}`,
    )
  }
  const context: PlanContext = { deps, chain, asset, deposit, sweep: claim.sweep, head }
  return (
    (await continueSigned(context)) ??
    (asset.id === 'native' ? await planNative(context) : await planToken(context))
  )
}

/** Finishes a signed sweep first, with the plan from which it was signed. */
async function continueSigned(context: PlanContext): Promise<Planned | undefined> {
  const { deps, asset, sweep } = context
  const ofSweep = await deps.lanes.ofSweep(sweep.id)
  const underWay = ofSweep.filter(
    (t) => t.state === 'live' || (t.step === 'sweep' && t.state === 'succeeded'),
  )
  if (underWay.length === 0) return undefined
  // Another process signed the sweep after the claim, while this process slept. A plan now would
  // take the emptied wallet for a theft (MONEY 12).
  if (!sweep.plan) throw new NotYet('another try of this workflow has planned and signed meanwhile')
  const swept = underWay.some((t) => t.step === 'sweep')
  const shortWei = swept ? await fundLiveSweep(context, ofSweep) : sweep.plan.gasShortWei
  return {
    kind: 'planned',
    sweepId: sweep.id,
    amount: inUnits(sweep.plan.amount, asset),
    gasShortWei: (shortWei ?? 0n).toString(),
  }
}

async function finish(deps: ActivityDeps, deposit: Deposit): Promise<Finished> {
  // An orphaned deposit's run may still hold lease and lane, which another deposit may need.
  if (deposit.sweepId !== null) {
    await deps.sweeps.releaseSweep(deposit.sweepId, holder(), {
      depositId: deposit.id,
      state: deposit.state,
      reason: deposit.reason,
      detail: deposit.detail,
    })
  }
  return { kind: 'finished', state: deposit.state, reason: deposit.reason }
}
