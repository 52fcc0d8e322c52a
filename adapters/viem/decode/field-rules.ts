/**
 * What each field that is read from a node becomes where a chain leaves it out (null or missing),
 * by object.
 * - `required`: a header is refused, a transaction becomes unread
 * - `defaulted`: another value stands for it
 * - `derived`: from another field, or from another answer docs/fields.md says it to operators;
 *   `test/adapters/viem/decode/field-rules.test.ts` tries every row.
 */
export type FieldRule = 'required' | 'defaulted' | 'derived'

export const fieldRules = {
  header: {
    number: 'required',
    hash: 'required',
    parentHash: 'required',
    /** `0x`, which rules no transfer out. */
    logsBloom: 'defaulted',
    /** 0: it is only told on. Milliseconds become seconds. */
    timestamp: 'defaulted',
  },
  block: {
    /** 0: only a block that used gas and lists nothing is asked about again. */
    gasUsed: 'defaulted',
    /** An empty list. */
    transactions: 'defaulted',
    /** Where it is not the root of an empty trie, the count of transactions is asked for. */
    transactionsRoot: 'derived',
  },
  transaction: {
    /** From the block's list of hashes. */
    hash: 'derived',
    /** The block that lists it. */
    blockHash: 'derived',
    /** Its place in the list. */
    transactionIndex: 'derived',
    /** From its receipt; a system transaction without one there either was sent by nobody. */
    from: 'derived',
    /** None: it creates a contract. */
    to: 'defaulted',
    /** None; a transaction of our own sender without one becomes unread. */
    nonce: 'defaulted',
    value: 'required',
    /** It may run code, so it is traced. */
    gas: 'defaulted',
    /** A type that users sign. */
    type: 'defaulted',
  },
  receipt: {
    /** The hash that was asked for. */
    transactionHash: 'derived',
    /** From the block's list. */
    transactionIndex: 'derived',
    blockNumber: 'required',
    /** Without it the receipt counts as pending: none. */
    blockHash: 'required',
    /** The transaction's. */
    from: 'derived',
    to: 'defaulted',
    /**
     * 1 where there are logs, which a failed transaction has none of; else the transaction becomes
     * unread.
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
     * The receipt's; in a search that of the block that was asked for, or of the chain at its
     * height. Zero counts as none.
     */
    blockHash: 'derived',
    /** The receipt's; in a search it is required. */
    transactionHash: 'derived',
    /** Only for people: a transfer is known by its content. */
    logIndex: 'defaulted',
    /** false; a log of a search that is removed is left out, a receipt with one becomes unread. */
    removed: 'defaulted',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FieldRule>>>>
