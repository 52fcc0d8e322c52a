/**
 * The rule for a field that a node omits (null or missing). The comment of a field below names its
 * default or its source.
 * - `required`: a header is refused, a transaction becomes unread
 * - `defaulted`: a default value replaces the field
 * - `derived`: the value is taken from another field, or from another answer
 *
 * docs/fields.md documents the rules for operators;
 * `test/adapters/viem/decode/field-rules.test.ts` tries every row.
 */
export type FieldRule = 'required' | 'defaulted' | 'derived'

/** The rule of each field that coldsweep reads from a node, by object. */
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
    /** 0. If a block used gas and lists no transactions, the block is requested again. */
    gasUsed: 'defaulted',
    /** An empty list. */
    transactions: 'defaulted',
    /** Unless it is the root of an empty trie, the transaction count is requested. */
    transactionsRoot: 'derived',
  },
  transaction: {
    /** From the block's list of hashes. */
    hash: 'derived',
    /** The block that lists the transaction. */
    blockHash: 'derived',
    /** The transaction's place in the block's list. */
    transactionIndex: 'derived',
    /**
     * The receipt's sender. A system transaction whose receipt names no sender has the zero
     * address.
     */
    from: 'derived',
    /** null: the transaction creates a contract. */
    to: 'defaulted',
    /** null; a transaction of our own sender without a nonce becomes unread. */
    nonce: 'defaulted',
    value: 'required',
    /** More than 21,000: the transaction may run code, so it is traced. */
    gas: 'defaulted',
    /** 0 (legacy), a type that users sign. */
    type: 'defaulted',
  },
  receipt: {
    /** The requested hash. */
    transactionHash: 'derived',
    /** The place in the block's list. */
    transactionIndex: 'derived',
    blockNumber: 'required',
    /** Without it the receipt counts as pending. */
    blockHash: 'required',
    /** The sender of the transaction. */
    from: 'derived',
    to: 'defaulted',
    /**
     * 1 if the receipt has logs, because a failed transaction has none. Otherwise the transaction
     * becomes unread.
     */
    status: 'derived',
    gasUsed: 'required',
    /** An empty list for null. If the field is missing, the transaction becomes unread. */
    logs: 'defaulted',
  },
  log: {
    address: 'required',
    topics: 'required',
    data: 'required',
    /** The receipt's block number. A log of a search must have the field. */
    blockNumber: 'derived',
    /**
     * The receipt's block hash. For a log of a search: the hash of the requested block, or of the
     * block at the log's height. Zero counts as missing.
     */
    blockHash: 'derived',
    /** The receipt's transaction hash. A log of a search must have the field. */
    transactionHash: 'derived',
    /** 0. The index is only for display: a transfer is identified by its content. */
    logIndex: 'defaulted',
    /** false. A removed log is skipped in a search; in a receipt the transaction becomes unread. */
    removed: 'defaulted',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FieldRule>>>>
