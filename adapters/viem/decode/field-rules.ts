/**
 * Rule of each field read from a node where the chain omits it (null or missing), by object.
 * - `required`: a header is refused, a transaction becomes unread
 * - `defaulted`: a default value replaces it
 * - `derived`: from another field, or from another answer
 *
 * docs/fields.md documents the rules for operators;
 * `test/adapters/viem/decode/field-rules.test.ts` tries every row.
 */
export type FieldRule = 'required' | 'defaulted' | 'derived'

export const fieldRules = {
  header: {
    number: 'required',
    hash: 'required',
    parentHash: 'required',
    /** `0x`, which excludes no transfer. */
    logsBloom: 'defaulted',
    /** 0, because only events contain it. Milliseconds become seconds. */
    timestamp: 'defaulted',
  },
  block: {
    /** 0. A block that used gas and lists no transactions is requested again. */
    gasUsed: 'defaulted',
    /** An empty list. */
    transactions: 'defaulted',
    /** Unless it is the root of an empty trie, the transaction count is requested. */
    transactionsRoot: 'derived',
  },
  transaction: {
    /** From the block's list of hashes. */
    hash: 'derived',
    /** The block that lists it. */
    blockHash: 'derived',
    /** Its place in the list. */
    transactionIndex: 'derived',
    /** From the receipt; a system transaction without a sender there has the zero address. */
    from: 'derived',
    /** null: the transaction creates a contract. */
    to: 'defaulted',
    /** null; a transaction of our own sender without a nonce becomes unread. */
    nonce: 'defaulted',
    value: 'required',
    /** The transaction may run code, so it is traced. */
    gas: 'defaulted',
    /** 0 (legacy), a type that users sign. */
    type: 'defaulted',
  },
  receipt: {
    /** The requested hash. */
    transactionHash: 'derived',
    /** From the block's list. */
    transactionIndex: 'derived',
    blockNumber: 'required',
    /** Without it the receipt counts as pending. */
    blockHash: 'required',
    /** The sender of the transaction. */
    from: 'derived',
    to: 'defaulted',
    /**
     * 1 where the receipt has logs, because a failed transaction has none; else the transaction
     * becomes unread.
     */
    status: 'derived',
    gasUsed: 'required',
    /** null is an empty list; a receipt without the field is unread. */
    logs: 'defaulted',
  },
  log: {
    address: 'required',
    topics: 'required',
    data: 'required',
    /** The receipt's; in a search it is required. */
    blockNumber: 'derived',
    /**
     * The receipt's; in a search the hash of the requested block, or of the block at that height.
     * Zero counts as missing.
     */
    blockHash: 'derived',
    /** The receipt's; in a search it is required. */
    transactionHash: 'derived',
    /** Only for display: a transfer is identified by its content. */
    logIndex: 'defaulted',
    /** false; a removed log of a search is skipped, a receipt with one becomes unread. */
    removed: 'defaulted',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FieldRule>>>>
