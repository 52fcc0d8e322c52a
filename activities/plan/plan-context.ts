import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { BlockHeader } from '../../domain/chains/block.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import type { Sweep } from '../../domain/sweeps/sweep.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'

/** A claimed sweep with its deposit, and the block (`head`) at which the plan reads balances. */
export interface PlanContext {
  readonly deps: ActivityDeps
  readonly chain: MoneyChain
  readonly asset: ListedAsset
  readonly deposit: Deposit
  readonly sweep: Sweep
  readonly head: BlockHeader
}
