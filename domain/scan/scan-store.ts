import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { BlockHeader } from '../chains/block.ts'
import type { BackingStore } from '../deposits/backing-store.ts'
import type { MeasuredDeposit, SeenDeposit, SeenRefill } from '../deposits/deposit.ts'
import type { UnconfirmedReason } from '../deposits/deposit-state.ts'
import type { OperatorDoubt } from '../deposits/doubt.ts'
import type { SeenUnread } from './unread.ts'
import type { UnreadStore } from './unread-store.ts'

export interface ScanCursor {
  readonly startHeight: bigint
  /** Last block whose finds are stored. */
  readonly height: bigint
  readonly hash: Hash
  readonly finalHeight: bigint | null
  readonly walletSeq: bigint
  /**
   * Where the chain stood when the central table was last read whole: a wallet found later was
   * watched above it by nobody.
   */
  readonly walletsHeight: bigint
}

/** How far the scanner of a chain has come. */
export interface CursorReader {
  /** undefined before the scanner's first start. */
  cursor(chainId: number): Promise<ScanCursor | undefined>
}

/** A transaction that a keeper or a user wallet sent, as its block and receipt show it. */
export interface SeenOwnTransaction {
  readonly hash: Hash
  readonly sender: Address
  readonly nonce: bigint
  /** null creates a contract */
  readonly to: Address | null
  readonly valueWei: bigint
  /** All that it cost beside the value. */
  readonly feeWei: bigint
  readonly ok: boolean
  readonly blockNumber: bigint
  readonly blockHash: Hash
}

/** A keeper whose opening balance is not written down yet (MONEY 23). */
export interface KeeperOpening {
  readonly keeper: Address
  readonly balanceWei: bigint
  readonly blockNumber: bigint
}

/**
 * A gas transaction that the attempts table knows, mined with status 1: the gas signal's content.
 */
export interface GasSignal {
  readonly chainId: number
  readonly hash: Hash
  readonly transactionKey: string
  /** Workflow that waits for it, as the sweep's lease names it; null when none holds the lease. */
  readonly workflowId: string | null
  readonly blockNumber: bigint
  readonly blockHash: Hash
}

/** What commit 1 noticed beyond what it stored. */
export interface Stored {
  readonly gasSignals: readonly GasSignal[]
  /**
   * Transactions of our addresses and our time that no attempt of ours explains, noted now: each an
   * alarm (MONEY 5).
   */
  readonly external: readonly SeenOwnTransaction[]
  /** Ids of deposits that are new, or back after a reorg. */
  readonly detected: readonly string[]
  /** Unread transactions that have a row from now on. */
  readonly unread: readonly SeenUnread[]
  /** Unread transactions above the cap: their blocks joined the range that is read again. */
  readonly unreadAboveCap: number
  /** Transactions that were unread, and are read by this commit. */
  readonly readAtLast: readonly Hash[]
  /** Where this read of a block contradicts what an earlier one stored: each an alarm. */
  readonly differences: readonly TransferDifference[]
}

/** A transfer that a later read of a block lists otherwise than an earlier one. */
export interface TransferDifference {
  /**
   * - `extra`: one equal transfer more than before, stored in doubt (`content-differs`)
   * - `missing`: a credited transfer that the receipt no longer lists; in doubt if it was not
   *   confirmed yet
   * - `unlisted`: a credited transfer whose transaction the log search no longer lists; nothing is
   *   changed
   * - `replaced`: an unconfirmed transfer whose place has other content now
   * - `contradicts`: other content at a place that is handed on and can't be stored beside it;
   *   nothing is changed
   */
  readonly kind: 'extra' | 'missing' | 'unlisted' | 'replaced' | 'contradicts'
  readonly depositId: string
  /** For people, with numbers. */
  readonly detail: string
}

/** What a re-read covered, so that transfers that it lacks are noticed. */
export interface Covered {
  /** Transactions whose receipts were read whole. */
  readonly transactions: readonly { readonly txHash: Hash; readonly blockHash: Hash }[]
  readonly tokens: readonly Address[]
  /** What code paid was read too. */
  readonly traced: boolean
}

export interface Finds {
  /** Consecutive, in order; empty for a late reading of old blocks, which moves no cursor. */
  readonly blocks: readonly BlockHeader[]
  readonly deposits: readonly MeasuredDeposit[]
  readonly refills: readonly SeenRefill[]
  readonly ownTransactions: readonly SeenOwnTransaction[]
  /** Transactions of these blocks that could not be read. */
  readonly unread: readonly SeenUnread[]
  /** Of a late reading: blocks that were read again. */
  readonly reread?: readonly { readonly number: bigint; readonly hash: Hash }[]
  /**
   * Of a late reading: transactions whose receipts were read. Their open unread rows that are not
   * in `unread` go.
   */
  readonly readWhole?: readonly Hash[]
  /** Of a late reading: how it was read. */
  readonly covered?: Covered | undefined
}

export interface Rewound {
  readonly orphaned: readonly string[]
  /** Those of them that were swept already: an alarm. */
  readonly wereDone: readonly string[]
  /** Keys of transactions that had ended and go back to the lane loop. */
  readonly liveAgain: readonly string[]
}

/** What is final: a height, and the hash of the cursor that it was judged from. */
export type JudgedFinal = { readonly height: bigint; readonly cursor: Hash } | 'stored'

/** A listed token whose blocks above a height were read by a scanner that does not list it. */
export interface UnreadToken {
  readonly token: Address
  readonly readTo: bigint
}

/** What the recheck compares a log search with. */
export interface StoredTransfer {
  readonly txHash: Hash
  readonly blockHash: Hash
  readonly asset: AssetId
  /** `transferContent` */
  readonly content: string
  /** Neither in doubt nor rejected. */
  readonly counted: boolean
}

/** A deposit that could be confirmed now, but for checks that the scanner still makes. */
export interface DueDeposit extends SeenDeposit {
  /**
   * How many deposits of its transaction and block have its content (asset, wallet, sender,
   * amount), itself included. One that an operator credited in spite of `content-differs` counts
   * for itself alone. @default 1
   */
  readonly alike?: number
  /** The doubt that an operator overruled: the scanner does not raise it again in this block. */
  readonly doubtCleared: string | null
}

/** A deposit that waits for an operator. */
export interface DoubtedDeposit extends SeenDeposit {
  /** Since when its doubt is open. */
  readonly since: Date
}

/** The scanner's commits. One process scans a chain at a time: `lead` holds that. */
export interface ScanStore extends CursorReader, UnreadStore, BackingStore {
  /**
   * Becomes the chain's only scanner (advisory lock on a connection of its own) or answers
   * undefined; `lost` is called if the lock is lost.
   */
  lead(chainId: number, lost: () => void): Promise<{ release(): Promise<void> } | undefined>
  /**
   * First start: the cursor stands at the block before the first one to read. A repeat leaves it as
   * it is.
   */
  start(chainId: number, startHeight: bigint, header: BlockHeader): Promise<void>
  /** Stored header at a height; undefined where none is kept. */
  storedHash(chainId: number, height: bigint): Promise<Hash | undefined>
  /**
   * Transfers of these transactions that are stored, whatever their state; one that a reorg took is
   * none.
   */
  storedTransfers(chainId: number, txHashes: readonly Hash[]): Promise<readonly StoredTransfer[]>
  /** Keepers of a chain, current and retired. */
  keepers(chainId: number): Promise<readonly Address[]>
  /** Those of them whose opening balance nobody has written down. */
  unopened(chainId: number): Promise<readonly Address[]>
  /** Writes opening balances down, once: a keeper that has one keeps it. */
  openKeepers(chainId: number, openings: readonly KeeperOpening[]): Promise<void>
  /**
   * Writes down which tokens this process lists for the first time in the deployment: each counts
   * from the cursor on, before the chain's first start from its first block on. Called by scanners
   * that stand by too, because the one that leads may not list them. A repeat changes nothing.
   */
  noteTokens(chainId: number): Promise<void>
  /** Tokens that this process lists and that were not read up to the cursor. */
  unreadTokens(chainId: number): Promise<readonly UnreadToken[]>
  /**
   * From now on the tokens are read up to the cursor, until a commit 1 of a process that does not
   * list them.
   * @param cursor hash of the cursor that the caller has read them up to
   * @throws CursorMoved when it is another by now
   */
  markTokensRead(chainId: number, tokens: readonly Address[], cursor: Hash): Promise<void>
  /**
   * Commit 1: deposits, refills, external and unread transactions, headers, cursor, for tokens that
   * this process does not list that they were read no further, and the events `chain.block`,
   * `deposit.detected` and `transaction.foreign`. A deposit seen again is the same row, by content
   * and not by position (domain/deposits/match-transfers.ts): an orphaned one returns to
   * `confirming` in its new block; any other keeps its state. One equal transfer more than a block
   * had before is stored as `confirming(content-differs)`. Throws `CursorMoved` and stores nothing
   * when the first block does not follow the stored cursor, or when a late find's block is not the
   * one that is stored.
   */
  storeFinds(chainId: number, head: bigint, finds: Finds): Promise<Stored>
  /**
   * Commit 2: deposits at or below the height become `waiting(queued)`, each with its work and
   * event rows in the outbox; one whose asset is not listed any more becomes
   * `needs-attention(unlisted-asset)`. The final height never falls here. A repeat finds nothing to
   * do. Returns how many it confirmed.
   * @param final judged from the cursor that stood at `cursor`: throws `CursorMoved` where it
   * stands elsewhere by now, since what a reorg took was part of that. `stored`: up to the height
   * that is stored as final, which stays. Deposits with an open doubt stay, and do not keep the
   * final height back.
   * @param only ids of the deposits that may be handed on; the final height rises although others
   * stay
   */
  confirm(chainId: number, final: JudgedFinal, only?: readonly string[]): Promise<number>
  /**
   * What `confirm` would hand on, oldest first, without those of `except` and those with an open
   * doubt.
   */
  due(
    chainId: number,
    finalHeight: bigint,
    limit: number,
    except: readonly string[],
  ): Promise<readonly DueDeposit[]>
  /**
   * Says in the row of a deposit that is not handed on why it stays `confirming`. A reason that an
   * operator decides opens a doubt; it changes nothing where the operator has overruled that doubt.
   * A quorum reason never hides an open doubt.
   */
  noteUnconfirmed(depositId: string, reason: UnconfirmedReason, detail: string): Promise<void>
  /** Deposits whose doubt of this kind is open, oldest first. */
  doubted(chainId: number, doubt: OperatorDoubt, limit: number): Promise<readonly DoubtedDeposit[]>
  /**
   * Closes an open doubt of this kind because its cause has gone: the next confirm hands the
   * deposit on.
   */
  withdrawDoubt(depositId: string, doubt: OperatorDoubt): Promise<void>
  /**
   * Whether an operator has overruled the doubt of a deposit at or below the height that is not
   * confirmed yet.
   */
  hasApproved(chainId: number, height: bigint): Promise<boolean>
  /**
   * Reorg: forgets headers above the fork, orphans deposits that died there (event
   * `deposit.orphaned`), deletes the refills, external and unread transactions of that chain, puts
   * the cursor on the fork point, and the final height and how far unread tokens were read not
   * above it. Below what was final, transactions that had ended there are live again.
   * @param cursor hash of the cursor that the fork point was looked for from
   * @throws CursorMoved when the cursor is another by now: a scanner that slept may not undo what
   * the next one has read
   */
  rewind(
    chainId: number,
    fork: { readonly height: bigint; readonly hash: Hash },
    cursor: Hash,
  ): Promise<Rewound>
  /** Deletes headers that no reorg can reach any more. */
  forgetBlocksBelow(chainId: number, height: bigint): Promise<void>
}
