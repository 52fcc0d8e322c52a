import { encodeFunctionData, erc20Abi } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Hex } from '../../../domain/address.ts'
import type { Log } from '../../../domain/chains/block.ts'
import {
  encodeBalanceOf,
  encodeTransfer,
  readTransfer,
  transferAccepted,
  transferTopic,
} from '../../../domain/chains/erc20.ts'
import { coldWallet, token, wallet } from '../../harness/factories/a-chain.ts'
import { aHash } from '../../harness/factories/a-transaction.ts'

const topic = (address: string): Hex => `0x${'0'.repeat(24)}${address.slice(2)}`
const word = (amount: bigint): Hex => `0x${amount.toString(16).padStart(64, '0')}`

function aLog(more: Partial<Log> = {}): Log {
  return {
    address: token,
    topics: [transferTopic, topic(wallet), topic(coldWallet)],
    data: word(7n),
    blockNumber: 1n,
    blockHash: aHash(),
    transactionHash: aHash(),
    logIndex: 0,
    ...more,
  }
}

describe('readTransfer (MONEY 13)', () => {
  it('reads a log with three topics and one data word', () => {
    const read = { token, from: wallet, to: coldWallet, amount: 7n }
    expect(readTransfer(aLog())).toEqual(read)
    expect(readTransfer(aLog({ data: word(0n) }))?.amount).toBe(0n)
    expect(readTransfer(aLog({ data: word(2n ** 256n - 1n) }))?.amount).toBe(2n ** 256n - 1n)
  })

  it.each([
    ['another event', aLog({ topics: [aHash(), topic(wallet), topic(coldWallet)] })],
    ['no topics', aLog({ topics: [] })],
    ['two topics', aLog({ topics: [transferTopic, topic(wallet)] })],
    [
      'four topics, as in an NFT transfer',
      aLog({ topics: [transferTopic, topic(wallet), topic(coldWallet), word(1n)], data: '0x' }),
    ],
    [
      'four topics and one word',
      aLog({ topics: [transferTopic, topic(wallet), topic(coldWallet), word(1n)] }),
    ],
    ['three topics without data', aLog({ data: '0x' })],
    ['two words', aLog({ data: `${word(7n)}${'0'.repeat(64)}` })],
    ['half a word', aLog({ data: `0x${'0'.repeat(32)}` })],
    [
      'a sender longer than an address',
      aLog({ topics: [transferTopic, word(2n ** 200n), topic(coldWallet)] }),
    ],
    [
      'a recipient longer than an address',
      aLog({ topics: [transferTopic, topic(wallet), word(2n ** 160n)] }),
    ],
  ])('returns undefined for a log with %s', (_, log) => {
    expect(readTransfer(log)).toBeUndefined()
  })
})

describe('encodeTransfer and encodeBalanceOf', () => {
  it('return the calldata that viem encodes', () => {
    const amount = 123_456_789n
    const abi = erc20Abi
    expect(encodeTransfer(coldWallet, amount)).toBe(
      encodeFunctionData({ abi, functionName: 'transfer', args: [coldWallet, amount] }),
    )
    expect(encodeBalanceOf(wallet)).toBe(
      encodeFunctionData({ abi, functionName: 'balanceOf', args: [wallet] }),
    )
  })
})

describe('transferAccepted (MONEY 14)', () => {
  it.each([
    ['no data, as from USDT', '0x', true],
    ['true', word(1n), true],
    ['false', word(0n), false],
    ['another number', word(2n), false],
    ['one byte', '0x01', false],
    ['two words', `${word(1n)}${'0'.repeat(64)}`, false],
  ] as const)('for %s (%s) returns %s', (_, returned, accepted) => {
    expect(transferAccepted(returned)).toBe(accepted)
  })
})
