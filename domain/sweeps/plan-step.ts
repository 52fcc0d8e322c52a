import type { Hex } from '../address.ts'
import type { ListedAsset } from '../chains/asset.ts'
import type { Chain } from '../chains/chain.ts'
import type { FeesToSign } from '../chains/fees-to-sign.ts'
import type { TransferGas } from '../chains/nodes/transfer-gas-limit.ts'
import type { Deposit } from '../deposits/deposit.ts'
import type { AttentionReason, WaitReason } from '../deposits/deposit-state.ts'
import type { DustLimits } from './dust-order.ts'
import type { SweepPlan } from './sweep.ts'

/** The inputs of a plan that are known before the chain is read. */
export interface PlanSubject {
  readonly chain: Pick<
    Chain,
    'coldWallet' | 'blockTimeMs' | 'nativeRemainder' | 'native' | 'tokens' | 'gas' | 'rollup'
  >
  readonly asset: ListedAsset
  readonly deposit: Deposit
  /** Height at which balances are read. */
  readonly head: bigint
}

/** Whether the wallet's key is known to fit (MONEY 14). */
export type KeyFact =
  | { readonly kind: 'fits' }
  /** A dry run without the central database. The plan continues as if the key fits. */
  | { readonly kind: 'not-checked' }
  | { readonly kind: 'key-missing' | 'key-mismatch'; readonly detail: string }

/**
 * Facts that are read one after another, because most plans need only some of them. An absent fact
 * has not been read.
 */
export interface PlanFacts {
  /** Balance of the asset, in the smallest unit. */
  readonly balance?: bigint
  /** Whether a recorded sweep moved the deposit (MONEY 12). */
  readonly covered?: boolean
  /** Whether the token credited the deposit inside a sweep of its own wallet. */
  readonly ownInterest?: boolean
  /** Whether the wallet lacks more of the deposit than fees can explain. */
  readonly gone?: boolean
  /** Limits of an operator's order to sweep this dust; null without an order (MONEY 15). */
  readonly dustOrder?: DustLimits | null
  readonly key?: KeyFact
  readonly simulated?:
    | { readonly kind: 'returned'; readonly data: Hex }
    | { readonly kind: 'reverted'; readonly reason: string }
  /** Gas of the token transfer. */
  readonly estimate?:
    | { readonly kind: 'gas'; readonly gas: bigint }
    | { readonly kind: 'reverted'; readonly reason: string }
  /** Gas limit of the native transfer. */
  readonly transferGas?: Exclude<TransferGas, { kind: 'reverted' }>
  /** Recorded gas of a plain transfer on the chain; read only for a high gas limit (MONEY 26). */
  readonly recordedGas?: bigint
  readonly fees?: FeesToSign
  readonly l1FeeWei?: bigint
  /** Native balance of the wallet that may pay for a token transfer: without what is held. */
  readonly walletWei?: bigint
  /** Whether the wallet has code; read only if the keeper has to send gas money there. */
  readonly hasCode?: boolean
  /** The time of this step, in ms since 1970. */
  readonly nowMs?: number
}

export type PlanFact = Exclude<keyof PlanFacts, 'nowMs'>

/** The decision about one deposit: sweep, wait, hold for an operator, or end. */
export type PlanVerdict =
  | {
      readonly kind: 'sweep'
      readonly plan: SweepPlan
      /** Amount that the cold wallet receives, in the smallest unit. */
      readonly amount: bigint
      /** Most that the sweep costs wallet and keeper, in wei. */
      readonly costWei: bigint
      readonly state: 'funding' | 'sweeping'
    }
  | { readonly kind: 'wait'; readonly reason: WaitReason; readonly detail: string }
  | { readonly kind: 'attention'; readonly reason: AttentionReason; readonly detail: string }
  /** An earlier sweep moved the deposit, or what is left is dust (MONEY 15). */
  | {
      readonly kind: 'end'
      readonly state: 'done' | 'ignored'
      readonly reason: string
      readonly detail: string
    }

/** The verdict, or the next fact that it needs. */
export type PlanStep = PlanVerdict | { readonly kind: 'need'; readonly fact: PlanFact }

export const need = (fact: PlanFact): PlanStep => ({ kind: 'need', fact })
export const wait = (reason: WaitReason, detail: string): PlanStep => ({
  kind: 'wait',
  reason,
  detail,
})
export const attention = (reason: AttentionReason, detail: string): PlanStep => ({
  kind: 'attention',
  reason,
  detail,
})
export const dust = (detail: string): PlanStep => ({
  kind: 'end',
  state: 'ignored',
  reason: 'dust',
  detail,
})
