import { formatUnits } from '../../domain/amount.ts'
import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { AttentionReason, WaitReason } from '../../domain/deposits/deposit-state.ts'
import { haltedAs, haltWords } from '../../domain/deposits/halt.ts'
import { NotYet } from '../../domain/money-errors.ts'
import type { OpenAnswer } from '../../transactions/sign/open-transaction.ts'
import type { Attention, Parked } from '../../workflows/contract.ts'
import type { ActivityDeps } from './deps.ts'
import { holder } from './run.ts'

/**
 * The row says why it waits, lease and lane are let go, and the workflow sleeps until a wake-up or
 * its timer.
 */
export async function park(
  deps: ActivityDeps,
  at: { readonly depositId: string; readonly sweepId: string | null },
  reason: WaitReason,
  detail = '',
): Promise<Parked> {
  await deps.sweeps.letGo(at.sweepId, holder(), {
    depositId: at.depositId,
    state: 'waiting',
    reason,
    detail,
  })
  deps.metrics.count('coldsweep_parked_total', { reason: reason.split(' ')[0] ?? reason })
  return { kind: 'parked', reason, detail }
}

/**
 * A person has to look; lease and lane are let go, so that other assets and other wallets go on.
 */
export async function callForAttention(
  deps: ActivityDeps,
  at: { readonly depositId: string; readonly sweepId: string | null },
  reason: AttentionReason,
  detail: string,
): Promise<Attention> {
  await deps.sweeps.letGo(at.sweepId, holder(), {
    depositId: at.depositId,
    state: 'needs-attention',
    reason,
    detail,
  })
  deps.log.warn({ deposit: at.depositId, reason, detail }, 'a deposit needs attention')
  deps.metrics.count('coldsweep_needs_attention_total', { reason: reason.split(' ')[0] ?? reason })
  return { kind: 'attention', reason, detail }
}

/** MONEY 22. @param why the reason that the lane is closed for */
export async function laneBehind(
  deps: ActivityDeps,
  at: { readonly depositId: string; readonly sweepId: string | null },
  why: string,
): Promise<Attention> {
  return await callForAttention(deps, at, 'lane-behind', `${why}: see "coldsweep recover"`)
}

/** What each refusal of a lane means for the deposit. */
export async function refused(
  deps: ActivityDeps,
  at: { readonly depositId: string; readonly sweepId: string },
  answer: Exclude<OpenAnswer, { kind: 'signed' }>,
): Promise<Parked | Attention> {
  switch (answer.kind) {
    case 'keeper-low':
      return await park(
        deps,
        at,
        'keeper-low',
        'the GAS_KEEPER’s uncommitted balance does not pay for this gas',
      )
    case 'node-behind':
      return await park(
        deps,
        at,
        'rpc-quorum',
        `${answer.why}: whether the GAS_KEEPER has coin is not known`,
      )
    case 'lane-full':
      return await park(
        deps,
        at,
        'lane-full',
        'as many keeper transactions are unmined as nodes keep',
      )
    case 'halted':
      return await park(deps, at, haltedAs(answer.halt, at.depositId), haltWords(answer.halt))
    case 'lane-lost':
      return await park(deps, at, `sweep ${at.sweepId}`, 'another run has taken this sweep over')
    case 'lane-unsettled':
      throw new NotYet('an earlier transaction of this wallet is not in its balance yet')
    case 'scanner-behind':
      return await park(deps, at, 'scanner-behind', 'the scanner has yet to read the newest blocks')
    case 'lane-behind':
      return await laneBehind(deps, at, answer.why)
    case 'rounds-exhausted':
      return await callForAttention(
        deps,
        at,
        'rounds-exhausted',
        'as many rounds were tried as the limits allow',
      )
    case 'gas-cap':
      return await callForAttention(
        deps,
        at,
        'rounds-exhausted',
        'one more gas round would pass the cap of a sweep',
      )
  }
}

export function inUnits(amount: bigint, asset: Pick<ListedAsset, 'decimals' | 'symbol'>): string {
  return `${formatUnits(amount, asset.decimals)} ${asset.symbol}`
}
