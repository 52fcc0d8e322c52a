import type { Hex } from '../../domain/address.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { NewHeads } from '../../domain/chains/nodes/new-heads.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Log } from '../../domain/log.ts'
import type { Metrics } from '../../domain/metrics.ts'
import type { BalanceBook } from '../../domain/scan/balance-book.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import type { ScanStore } from '../../domain/scan/scan-store.ts'
import type { WalletStore } from '../../domain/scan/wallet-store.ts'
import type { WalletWatch } from '../wallets/wallet-watch.ts'
import type { Hints } from './hints.ts'

export interface ScannedChain extends Chain {
  readonly startBlock: 'latest' | bigint
  readonly internalTransfers: 'trace' | 'balance' | 'off'
}

/** What the scanner of one chain works with. */
export interface ScanDeps {
  readonly chain: ScannedChain
  readonly reader: ChainReader
  /**
   * Several endpoints, which finds are held against before they are handed on (MONEY 20); none
   * where there is only one.
   */
  readonly witness?: DepositWitness | undefined
  readonly heads: NewHeads
  readonly store: ScanStore
  readonly balances: BalanceBook
  readonly wallets: WalletStore
  readonly watch: Pick<WalletWatch, 'isWallet' | 'knowledge' | 'refresh' | 'report'>
  /** Whether a block with this bloom can hold a Transfer of the chain's tokens. */
  readonly mayHoldTransfers: (logsBloom: Hex) => boolean
  readonly hints: Hints
  readonly lateWalletBlocks: number
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly tuning?: Partial<ScanTuning>
}

export interface ScanTuning {
  /** Requests under way at once. */
  readonly width: number
  /** Blocks of the first reading while catching up, and of the largest. */
  readonly firstRange: number
  readonly mostRange: number
  /** How long a tag may stand still before it is an alarm. */
  readonly stallMs: number
  /**
   * How long the head may stand still before another node is asked, and it is said. @default by the
   * block time
   */
  readonly headStallMs?: number
  /** How long a node may say less than was read before another is asked. */
  readonly lagMs: number
  /** How often some wallets' balances are held against the rows. */
  readonly balanceLookMs: number
  /** How long credits stay unbacked before an operator is told. @default ten minutes */
  readonly unbackedAlarmMs?: number
}

export const defaultTuning = {
  width: 8,
  firstRange: 64,
  mostRange: 256,
  lagMs: 10_000,
  balanceLookMs: 5_000,
} as const
