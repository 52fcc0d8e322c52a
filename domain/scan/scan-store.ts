import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { BlockHeader } from '../chains/block.ts'
import type { BackingStore } from '../deposits/backing-store.ts'
import type { MeasuredDeposit, SeenDeposit, SeenRefill } from '../deposits/deposit.ts'
import type { UnconfirmedReason } from '../deposits/deposit-state.ts'
import type { OperatorDoubt } from '../deposits/doubt.ts'
import type { GasSignal, KeeperOpening, SeenOwnTransaction } from './own-transactions.ts'
import type { SeenUnread } from './unread.ts'
import type { UnreadStore } from './unread-store.ts'

/** Progress of the scanner of one chain. */
export interface ScanCursor {
  /** First block that the scanner reads on this chain. */
  readonly startHeight: bigint
  /** Last block that is read and stored. */
  readonly height: bigint
  /** Hash of the block at `height`. */
  readonly hash: Hash
  /** Highest block up to which deposits were confirmed; null before the first. */
  readonly finalHeight: bigint | null
  /** Sequence number of `wallets` up to which the scanner watches all wallets on this chain. */
  readonly walletSeq: bigint
  /**
   * Height of the chain when the central table was last read completely. A wallet that was found
   * later has not been watched in the blocks above this height.
   */
  readonly walletsHeight: bigint
}

/** Reads the progress of the scanner of a chain. */
export interface CursorReader {
  /** Returns the cursor; undefined before the scanner's first start. */
  cursor(chainId: number): Promise<ScanCursor | undefined>
}

/** Result of commit 1, in which the scanner stores the blocks that it read. */
export interface Stored {
  readonly gasSignals: readonly GasSignal[]
  /**
   * External transactions that this commit recorded: no attempt explains them, and our lane existed
   * when they were sent. Each raises an alarm (MONEY 5).
   */
  readonly external: readonly SeenOwnTransaction[]
  /** Ids of deposits that are new, or that returned after a reorg. */
  readonly detected: readonly string[]
  /** Unread transactions for which this commit added a row. */
  readonly unread: readonly SeenUnread[]
  /** Number of unread transactions above the cap. Their blocks are in the range to read again. */
  readonly unreadAboveCap: number
  /** Transactions that were unread before, and that this commit has read. */
  readonly readAtLast: readonly Hash[]
  /** Contradictions between this read of a block and the stored transfers. Each raises an alarm. */
  readonly differences: readonly TransferDifference[]
}

/** A difference between the transfers of two reads of one block. */
export interface TransferDifference {
  /**
   * - `extra`: there is one more equal transfer than before. It is stored in doubt
   *   (`content-differs`).
   * - `missing`: the receipt no longer lists a credited transfer. A doubt is opened unless
   *   the transfer is confirmed.
   * - `unlisted`: the log search no longer lists the transaction of a credited transfer. Nothing is
   *   changed.
   * - `replaced`: an unconfirmed transfer was replaced by one with other content at its position.
   * - `contradicts`: the position `native` of a stored transfer has other content, which cannot be
   *   stored in addition. Nothing is changed.
   */
  readonly kind: 'extra' | 'missing' | 'unlisted' | 'replaced' | 'contradicts'
  readonly depositId: string
  /** Description for operators, with the amounts and counts. */
  readonly detail: string
}

/**
 * Extent of a second read of old blocks. Stored transfers in it that the read did not find are
 * reported.
 */
export interface ReadScope {
  /** Transactions whose receipts were read completely. */
  readonly transactions: readonly { readonly txHash: Hash; readonly blockHash: Hash }[]
  readonly tokens: readonly Address[]
  /** Whether internal transfers were read too. */
  readonly traced: boolean
}

/** Everything that the scanner found in blocks that it read. Commit 1 stores it. */
export interface Finds {
  /**
   * Consecutive headers in order. Empty for a backfill or reread, which does not move the cursor.
   */
  readonly blocks: readonly BlockHeader[]
  readonly deposits: readonly MeasuredDeposit[]
  readonly refills: readonly SeenRefill[]
  readonly ownTransactions: readonly SeenOwnTransaction[]
  /** Transactions of these blocks that could not be read. */
  readonly unread: readonly SeenUnread[]
  /** For a backfill or reread: the blocks that were read again. */
  readonly reread?: readonly { readonly number: bigint; readonly hash: Hash }[]
  /**
   * For a backfill or reread: transactions whose receipts were read. Their open unread rows are
   * closed, except for those in `unread`.
   */
  readonly readWhole?: readonly Hash[]
  /** For a backfill or reread: the extent within which missing transfers are reported. */
  readonly scope?: ReadScope | undefined
}

/** Result of a rewind. */
export interface Rewound {
  /** Ids of the deposits that became orphaned. */
  readonly orphaned: readonly string[]
  /** Ids of orphaned deposits that were already `done`. Each raises an alarm. */
  readonly wereDone: readonly string[]
  /** Keys of transactions that had ended and are live again, so that the lane loop tracks them. */
  readonly liveAgain: readonly string[]
}

/**
 * The final height to confirm up to, and the hash of the cursor from which it was derived. `stored`
 * means the final height in the database.
 */
export type JudgedFinal = { readonly height: bigint; readonly cursor: Hash } | 'stored'

/** A listed token whose blocks were not all read up to the cursor. */
export interface UnsearchedToken {
  readonly token: Address
  /** Height above which blocks were read without the token. 0 if no scanner listed it before. */
  readonly readTo: bigint
  /** Last block of the backfill in progress; null without one. */
  readonly backfillTo: bigint | null
}

/** Blocks, both included, that were never searched for a token and that no backfill reads. */
export interface TokenGap {
  readonly token: Address
  readonly from: bigint
  readonly to: bigint
}

/** A stored transfer. The recheck before final compares the transfers of a log search with it. */
export interface StoredTransfer {
  readonly txHash: Hash
  readonly blockHash: Hash
  readonly asset: AssetId
  /** Content for comparisons, from `transferContent`. */
  readonly content: string
  /** Whether the transfer is neither in doubt nor rejected. */
  readonly counted: boolean
}

/** A deposit in a final block, which is confirmed once the scanner has checked it. */
export interface DueDeposit extends SeenDeposit {
  /**
   * Number of deposits of the same transaction and block with equal content (asset, wallet, sender,
   * amount), including this deposit. 1 for a deposit that an operator credited despite
   * `content-differs`. @default 1
   */
  readonly alike?: number
  /** The doubt that an operator overruled. The scanner does not raise it again in this block. */
  readonly doubtCleared: string | null
}

/** A deposit with an open doubt, which waits for an operator. */
export interface DoubtedDeposit extends SeenDeposit {
  /** When the doubt was opened. */
  readonly since: Date
}

/** Reads and writes of the scanner. `lead` ensures that one process at a time scans a chain. */
export interface ScanStore extends CursorReader, UnreadStore, BackingStore {
  /**
   * Makes this process the chain's only scanner, by an advisory lock on a separate connection.
   * undefined if another process is the scanner.
   * @param lost called if the lock is lost
   */
  lead(chainId: number, lost: () => void): Promise<{ release(): Promise<void> } | undefined>
  /**
   * Sets the cursor at the first start of a chain. A repeat changes nothing.
   * @param header header of the block before the first block to read
   */
  start(chainId: number, startHeight: bigint, header: BlockHeader): Promise<void>
  /** Returns the hash of the stored header at a height; undefined where no header is stored. */
  storedHash(chainId: number, height: bigint): Promise<Hash | undefined>
  /** Returns stored transfers of these transactions, except transfers that a reorg removed. */
  storedTransfers(chainId: number, txHashes: readonly Hash[]): Promise<readonly StoredTransfer[]>
  /** Returns the keepers of a chain, current and retired. */
  keepers(chainId: number): Promise<readonly Address[]>
  /** Returns the keepers of a chain that have no opening balance. */
  unopened(chainId: number): Promise<readonly Address[]>
  /** Stores opening balances. A keeper that already has an opening balance keeps it. */
  openKeepers(chainId: number, openings: readonly KeeperOpening[]): Promise<void>
  /**
   * Records the tokens that this process is the first in the deployment to list. All blocks that
   * the chain's scanners have read until now lack these tokens. Standby scanners call it too,
   * because the scanner that leads may not list these tokens. A repeat changes nothing.
   */
  noteTokens(chainId: number): Promise<void>
  /** Returns tokens that this process lists and whose blocks were not all read up to the cursor. */
  unreadTokens(chainId: number): Promise<readonly UnsearchedToken[]>
  /**
   * Records that a backfill of the tokens begins, from the block after `readTo` up to the cursor.
   * The older blocks become gaps. A gap stays until a rescan reads its blocks or an operator
   * answers for it.
   * @param cursor hash of the cursor from which the caller computed the blocks
   * @throws CursorMoved when the cursor has moved since
   */
  beginTokenBackfill(
    chainId: number,
    tokens: readonly Pick<UnsearchedToken, 'token' | 'readTo'>[],
    gaps: readonly TokenGap[],
    cursor: Hash,
  ): Promise<void>
  /** Returns the open gaps of the tokens that this process lists, in the order of their blocks. */
  tokenGaps(chainId: number): Promise<readonly TokenGap[]>
  /** Removes blocks that were read again from the gaps of the tokens that this process lists. */
  closeTokenGaps(
    chainId: number,
    read: { readonly from: bigint; readonly to: bigint },
  ): Promise<void>
  /**
   * Marks the tokens as read up to the cursor, and as read with every following commit 1. The mark
   * ends with a commit 1 of a process that does not list them.
   * @param cursor hash of the cursor up to which the caller has read the tokens
   * @throws CursorMoved when the cursor has moved since
   */
  markTokensRead(chainId: number, tokens: readonly Address[], cursor: Hash): Promise<void>
  /**
   * Commit 1: stores deposits, refills, external and unread transactions, headers and the cursor,
   * and the events `chain.block`, `deposit.detected` and `transaction.foreign`. Tokens that only
   * other processes list are recorded as read up to the previous cursor.
   *
   * A deposit that is seen again keeps its row, which is found by content and not by position
   * (domain/deposits/match-transfers.ts). An orphaned deposit becomes `confirming` in its new
   * block; other deposits keep their state. A surplus equal transfer, which an earlier read of the
   * block did not have, is stored as `confirming(content-differs)`.
   * @throws CursorMoved when the first block does not follow the stored cursor, or when a
   * backfilled block is not the stored block. Nothing is stored then
   */
  storeFinds(chainId: number, head: bigint, finds: Finds): Promise<Stored>
  /**
   * Commit 2: deposits at or below the final height become `waiting(queued)`, and their work and
   * event rows are written to the outbox. A deposit whose asset is no longer listed becomes
   * `needs-attention(unlisted-asset)`. Deposits with an open doubt stay unconfirmed. The stored
   * final height rises in any case; it never falls here. A repeat changes nothing. Returns the
   * number of confirmed deposits.
   * @param final `stored` uses the final height in the database and leaves it unchanged
   * @param only ids of the deposits that may be confirmed. @default all
   * @throws CursorMoved when the cursor is no longer the one from which `final` was derived,
   * because a reorg may have removed the blocks
   */
  confirm(chainId: number, final: JudgedFinal, only?: readonly string[]): Promise<number>
  /**
   * Returns the deposits that `confirm` would confirm, oldest first. Deposits in `except` and
   * deposits with an open doubt are left out.
   */
  due(
    chainId: number,
    finalHeight: bigint,
    limit: number,
    except: readonly string[],
  ): Promise<readonly DueDeposit[]>
  /**
   * Records in a deposit's row why it stays `confirming`. A reason that an operator decides opens a
   * doubt, unless the operator has already overruled that doubt. `rpc-quorum` and
   * `rpc-disagreement` do not replace an open doubt.
   */
  noteUnconfirmed(depositId: string, reason: UnconfirmedReason, detail: string): Promise<void>
  /** Returns deposits whose doubt of this kind is open, oldest first. */
  doubted(chainId: number, doubt: OperatorDoubt, limit: number): Promise<readonly DoubtedDeposit[]>
  /**
   * Closes an open doubt of this kind because its cause no longer exists. The next commit 2
   * confirms the deposit.
   */
  withdrawDoubt(depositId: string, doubt: OperatorDoubt): Promise<void>
  /** Returns whether an operator overruled a doubt of an unconfirmed deposit up to the height. */
  hasApproved(chainId: number, height: bigint): Promise<boolean>
  /**
   * Rewinds the stored chain to a fork point after a reorg (MONEY 21). Deletes the headers,
   * refills, external and unread transactions above the fork, and makes the deposits above it
   * `orphaned` (event `deposit.orphaned`). The cursor moves to the fork point. The final height,
   * the heights of `unreadTokens` and the ends of gaps are lowered to the fork point if they are
   * above it. If the fork is below the final height, transactions that ended above the fork become
   * live again.
   * @param cursor hash of the cursor from which the fork point was searched
   * @throws CursorMoved when the cursor has moved since, so that a scanner that lost its leadership
   * cannot undo the reads of its successor
   */
  rewind(
    chainId: number,
    fork: { readonly height: bigint; readonly hash: Hash },
    cursor: Hash,
  ): Promise<Rewound>
  /** Deletes the headers below a height that no reorg can reach. */
  forgetBlocksBelow(chainId: number, height: bigint): Promise<void>
}
