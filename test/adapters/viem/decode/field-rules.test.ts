import { readFileSync } from 'node:fs'
import type { RpcBlock, RpcLog, RpcTransactionReceipt } from 'viem'
import { describe, expect, it } from 'vitest'
import { isHollow, toBlock, toHeader } from '../../../../adapters/viem/decode/block.ts'
import { type FieldRule, fieldRules } from '../../../../adapters/viem/decode/field-rules.ts'
import { readReceipt, toLog } from '../../../../adapters/viem/decode/receipt.ts'
import { transferTopic } from '../../../../domain/chains/erc20.ts'
import { address, hash } from '../../../harness/factories/a-block.ts'

const fieldsPage = readFileSync(new URL('../../../../docs/fields.md', import.meta.url), 'utf8')

type Raw = Readonly<Record<string, unknown>>
type Sample = keyof typeof fieldRules

/**
 * Every field that coldsweep reads from a node’s answer, in its usual form. A test compares these
 * fields with the rules.
 */
const samples: Readonly<Record<Sample, Raw>> = {
  header: {
    number: '0xa',
    hash: hash(0xab),
    parentHash: hash(9),
    logsBloom: `0x${'0'.repeat(512)}`,
    timestamp: '0x65f00000',
  },
  block: { gasUsed: '0x0', transactions: [], transactionsRoot: hash(5) },
  transaction: {
    hash: hash(0xcd),
    blockHash: hash(0xab),
    transactionIndex: '0x0',
    from: address(0xb1),
    to: address(0xa1),
    nonce: '0x7',
    value: '0x5',
    gas: '0x5208',
    type: '0x2',
  },
  receipt: {
    transactionHash: hash(0xcd),
    transactionIndex: '0x0',
    blockNumber: '0xa',
    blockHash: hash(0xab),
    from: address(0xb1),
    to: address(0xa1),
    status: '0x1',
    gasUsed: '0x5208',
    logs: [],
  },
  log: {
    address: address(0xe1),
    topics: [transferTopic, hash(0xb1), hash(0xa1)],
    data: hash(7),
    blockNumber: '0xa',
    blockHash: hash(0xab),
    transactionHash: hash(0xcd),
    logIndex: '0x3',
    removed: false,
  },
}

const placed = (log: Raw) => ({ ...log, place: 0 })
/**
 * Decoders by kind of object. A decoder returns the object that coldsweep reads from raw fields. It
 * throws an error with the reason if the fields are unreadable.
 */
const read: Readonly<Record<Sample, (raw: Raw) => unknown>> = {
  header: (raw) => toHeader(raw as unknown as RpcBlock, 10n),
  block: (raw) => toBlock({ ...samples.header, ...raw } as unknown as RpcBlock, 10n),
  transaction: (raw) => {
    const whole = { ...samples.header, transactions: [raw] } as unknown as RpcBlock
    const { transactions, unreadable } = toBlock(whole, 10n, [hash(0xcd)])
    const [one] = unreadable ?? []
    // The scanner takes a missing sender from the receipt, so the missing field is no error here.
    // See test/scanner/detect/complete-senders.test.ts.
    if (one?.senderless) return { ...one.senderless, isSystem: undefined, from: address(0xb1) }
    if (one) throw new Error(one.why)
    return transactions[0]
  },
  receipt: (raw) => {
    const logs = raw['logs']
    const counted = { ...raw, logCount: Array.isArray(logs) ? 1 : undefined }
    const answer = counted as unknown as RpcTransactionReceipt
    const receipt = readReceipt(hash(0xcd), answer)
    if (!receipt) throw new Error('none')
    return { ...receipt, logCount: 0 }
  },
  log: (raw) => {
    const answer = { ...samples.receipt, logs: [placed(raw)], logCount: 1 }
    return readReceipt(hash(0xcd), answer as unknown as RpcTransactionReceipt)?.logs
  },
}

const outcome = (sample: Sample, raw: Raw): 'read' | 'refused' => {
  try {
    read[sample](raw)
    return 'read'
  } catch {
    return 'refused'
  }
}
const without = (raw: Raw, field: string): Raw =>
  Object.fromEntries(Object.entries(raw).filter(([name]) => name !== field))

const rows = Object.entries(fieldRules).flatMap(([sample, rules]) =>
  Object.entries(rules).map(
    ([field, rule]) => [sample, field, rule] as [Sample, string, FieldRule],
  ),
)

describe('the fields that coldsweep reads from a node', () => {
  it.each(Object.keys(fieldRules) as Sample[])('of a %s have one rule each', (sample) => {
    expect(Object.keys(samples[sample]).sort()).toEqual(Object.keys(fieldRules[sample]).sort())
  })

  it.each(rows)('include %s.%s (%s), which docs/fields.md lists', (sample, field, rule) => {
    expect(fieldsPage).toContain(`| ${sample} | \`${field}\` | ${rule} |`)
  })

  it.each(rows)(
    'include %s.%s (%s), which may be null unless it is required',
    (sample, field, rule) => {
      const expected = rule === 'required' ? 'refused' : 'read'
      expect(outcome(sample, { ...samples[sample], [field]: null })).toBe(expected)
    },
  )

  it.each(rows)(
    'include %s.%s (%s), which may be missing unless it is required',
    (sample, field, rule) => {
      const raw = without(samples[sample], field)
      // A receipt without a list may be incomplete. Some chains write null for an empty list.
      const isRequired = rule === 'required' || `${sample}.${field}` === 'receipt.logs'
      expect(outcome(sample, raw)).toBe(isRequired ? 'refused' : 'read')
    },
  )

  it.each(rows.filter(([, , rule]) => rule === 'derived'))(
    'include %s.%s (%s), which gets its value from other fields if it is missing',
    (sample, field) => {
      const whole = read[sample](samples[sample])
      const derived = read[sample](without(samples[sample], field))
      if (sample === 'log') return expect(derived).toEqual(whole)
      const { transactionIndex, from } = whole as Raw
      // The receipt’s decoder leaves these fields to callers that know the transaction:
      // scanner/detect/read-hit.ts and adapters/viem/chain-history.ts.
      const later = sample === 'receipt' ? { transactionIndex, from } : {}
      const isSystem = sample === 'transaction' && field === 'from' ? { isSystem: undefined } : {}
      return expect({ ...(derived as Raw), ...later }).toEqual({ ...(whole as Raw), ...isSystem })
    },
  )
})

/** Returns other spellings of a field’s content, as odd nodes write it. */
const spellings = (content: unknown): readonly unknown[] => {
  if (typeof content !== 'string' || !content.startsWith('0x')) return []
  if (content.length > 66) return []
  if (content.length >= 42) return [content.toUpperCase().replace('0X', '0x'), content.slice(2)]
  return [Number(content), String(Number(content)), `0x00${content.slice(2)}`]
}
const odd = rows.flatMap(([sample, field]) =>
  spellings(samples[sample][field]).map((form) => [sample, field, form] as const),
)

describe('an unusual form of a field', () => {
  it.each(odd)('is read like the usual form: %s.%s (%s)', (sample, field, form) => {
    expect(read[sample]({ ...samples[sample], [field]: form })).toEqual(
      read[sample](samples[sample]),
    )
  })

  it.each([
    ['transaction', 'value', ''],
    ['transaction', 'value', true],
    ['transaction', 'value', -1],
    ['transaction', 'value', 2 ** 60],
    ['transaction', 'value', '1a'],
    ['transaction', 'to', '0x12'],
    ['transaction', 'from', {}],
    ['header', 'parentHash', '0x12'],
    ['receipt', 'status', 'success'],
    ['receipt', 'gasUsed', 1.5],
    ['log', 'data', '0x123'],
    ['log', 'removed', true],
    ['log', 'blockNumber', '0xff'],
  ] as [Sample, string, unknown][])('is refused: %s.%s as %j', (sample, field, form) => {
    expect(outcome(sample, { ...samples[sample], [field]: form })).toBe('refused')
  })

  it.each([0xd386b0dd, '0xffffffffffffffff', '0x80000000', 'first', {}])(
    'is replaced by the place in the block’s list: a transaction index of %j (erigon #21658, cosmos/evm #1032)',
    (transactionIndex) => {
      const of = (sample: 'receipt' | 'transaction') => ({ ...samples[sample], transactionIndex })
      expect(read.receipt(of('receipt'))).toMatchObject({ transactionIndex: -1 })
      expect(read.transaction(of('transaction'))).toMatchObject({ index: 0 })
    },
  )

  it('is replaced by the receipt’s hash: a block hash in a receipt’s log (victionchain #429)', () => {
    expect(outcome('log', { ...samples.log, blockHash: hash(0xff) })).toBe('read')
  })

  it('is converted to seconds: a timestamp in milliseconds', () => {
    const at = (timestamp: unknown) =>
      toHeader({ ...samples.header, timestamp } as unknown as RpcBlock).timestamp
    expect([at(1_800_000_000_123), at('1800000000'), at(null)]).toEqual([
      1_800_000_000n,
      1_800_000_000n,
      0n,
    ])
  })

  it('is read as the same address: an address with the prefix xdc', () => {
    const to = `xdc${address(0xa1).slice(2)}`
    expect(read.transaction({ ...samples.transaction, to })).toMatchObject({ to: address(0xa1) })
  })
})

describe('an unreadable field of one transaction', () => {
  it('leaves the other transactions of the block readable, and the transaction’s known fields are kept', () => {
    const other = { ...samples.transaction, hash: hash(0xee), transactionIndex: '0x1' }
    const bad = { ...samples.transaction, value: null }
    const raw = { ...samples.header, transactions: [bad, other] } as unknown as RpcBlock
    expect(toBlock(raw, 10n)).toMatchObject({
      transactions: [{ hash: hash(0xee) }],
      unreadable: [{ hash: hash(0xcd), from: address(0xb1), nonce: 7, why: 'value is null' }],
    })
  })

  it('marks the whole log as unreadable in a search', () => {
    expect(toLog({ ...samples.log, topics: null } as unknown as RpcLog)).toMatchObject({
      transactionHash: hash(0xcd),
      unreadable: true,
    })
  })

  it('can be the status of a receipt, if no log proves the success', () => {
    const raw = { ...samples.receipt, status: undefined, logCount: 0 }
    expect(() => readReceipt(hash(0xcd), raw as unknown as RpcTransactionReceipt)).toThrow('status')
  })
})

it.each([
  ['gas without transactions', { gasUsed: '0x1' }, true],
  [
    'gas, and the root of an empty trie',
    {
      gasUsed: '0x1',
      transactionsRoot: '0x56E81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421',
    },
    false,
  ],
  ['no gas', { gasUsed: '0x0' }, false],
  ['gas, and transactions that are null', { gasUsed: '0x1', transactions: null }, true],
  ['gas, and a transaction', { gasUsed: '0x1', transactions: [samples.transaction] }, false],
])('isHollow for a block with %s returns %s', (_, given, hollow) => {
  expect(isHollow({ ...samples.header, ...samples.block, ...given } as unknown as RpcBlock)).toBe(
    hollow,
  )
})
