import type { Address, Hex } from '../../domain/address.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import type { ChainReader, NewHeads } from '../../domain/chains/nodes/chain-reader.ts'
import type { Clock, Log, Metrics } from '../../domain/process.ts'
import type { BalanceBook } from '../../domain/scan/balance-book.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import type { ScanStore } from '../../domain/scan/scan-store.ts'
import type { WalletStore } from '../../domain/scan/wallet-store.ts'
import type { Hints } from './hints.ts'

/** A chain with the settings of its scanner. */
export interface ScannedChain extends Chain {
  readonly startBlock: 'latest' | bigint
  readonly internalTransfers: 'trace' | 'balance' | 'off'
}

/** The loaded part of the central table, and the height of each chain when the table was read. */
export interface WalletKnowledge {
  /** Every wallet up to this sequence is in the fingerprints. */
  readonly seq: bigint
  /** Height of each chain when the newest complete reading of the central table began. */
  readonly heights: ReadonlyMap<number, bigint>
}

/** User wallets as the scanner of one chain sees them. */
export interface KnownWallets {
  /** Looks the address up in fingerprints: false positives are possible. */
  isWallet(address: Address): boolean
  /** undefined until the stored wallets are loaded and the central table was tried once. */
  knowledge(): WalletKnowledge | undefined
  /** Reads the central table now. Rejects only when the stored wallets cannot be loaded. */
  refresh(): Promise<void>
  /** Notes a chain's height. The next reading of the central table is stored with this height. */
  report(chainId: number, height: bigint): void
}

/** Dependencies of one chain's scanner. */
export interface ScanDeps {
  readonly chain: ScannedChain
  readonly reader: ChainReader
  /**
   * Checks deposits at several endpoints before the handover (MONEY 20); undefined with a single
   * endpoint.
   */
  readonly witness?: DepositWitness | undefined
  readonly heads: NewHeads
  readonly store: ScanStore
  readonly balances: BalanceBook
  readonly wallets: WalletStore
  readonly watch: KnownWallets
  /** Whether a block with this bloom can hold a Transfer of the chain's tokens. */
  readonly mayHoldTransfers: (logsBloom: Hex) => boolean
  readonly hints: Hints
  readonly lateWalletBlocks: number
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly tuning?: Partial<ScanTuning>
}

/** Sizes and intervals of a scanner. Tests set them. */
export interface ScanTuning {
  /** Concurrent requests. */
  readonly width: number
  /** Blocks of the first and of the largest piece while catching up. */
  readonly firstRange: number
  readonly mostRange: number
  /** How long a tag may stay at one height before an alarm. */
  readonly stallMs: number
  /**
   * How long the head may stay at one height before the next node is asked and health reports it.
   * @default from the block time
   */
  readonly headStallMs?: number
  /** How long a node may lag behind the cursor before the next node is asked. */
  readonly lagMs: number
  /** Interval at which balances of some wallets are compared with the rows. */
  readonly balancePollMs: number
  /** How long credits stay unbacked before an alarm. @default ten minutes */
  readonly unbackedAlarmMs?: number
}

export const defaultTuning = {
  width: 8,
  firstRange: 64,
  mostRange: 256,
  lagMs: 10_000,
  balancePollMs: 5_000,
} as const
