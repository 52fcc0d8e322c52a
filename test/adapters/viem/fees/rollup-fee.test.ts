import { encodeAbiParameters, type Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainHistory } from '../../../../adapters/viem/chain-history.ts'
import { createChainReader } from '../../../../adapters/viem/chain-reader.ts'
import { createChainState } from '../../../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import { rollupFeeOf } from '../../../../adapters/viem/decode/receipt.ts'
import { type AskOracle, readRollupFee } from '../../../../adapters/viem/fees/rollup-fee.ts'
import { openMoneyNodes } from '../../../../adapters/viem/quorum/open-money-nodes.ts'
import type { Rollup } from '../../../../domain/chains/fees.ts'
import { coldWallet } from '../../../harness/factories/a-chain.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'
import { recordingLog } from '../../../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../../../harness/fakes/recording-metrics.ts'
import { type FakeNode, fakeNode } from '../../../harness/proxies/fake-node.ts'

const draft = {
  to: coldWallet,
  valueWei: 1n,
  data: '0x',
  gasLimit: 21_000n,
  maxFeeWei: 1n,
} as const
const word = (value: bigint): Hex => encodeAbiParameters([{ type: 'uint256' }], [value])
const l1Selector = '0x49948e0e'
const operatorSelector = '0x275aedd2'
/** Returns an oracle that answers by the selector of the call, and reverts for other selectors. */
const answering =
  (answers: Record<string, Hex | undefined>): AskOracle =>
  async ({ data }) => {
    const answer = answers[data.slice(0, 10)]
    return answer === undefined
      ? { kind: 'reverted', reason: 'execution reverted' }
      : { kind: 'returned', data: answer }
  }

describe('readRollupFee, the fee in addition to gas (MONEY 9)', () => {
  it('returns 0 without a request on chains without an oracle', async () => {
    const never: AskOracle = async () => {
      throw new Error('asked')
    }
    expect(await readRollupFee(1, 'none', draft, never)).toBe(0n)
    expect(await readRollupFee(42161, 'arbitrum', draft, never)).toBe(0n)
  })

  it('returns L1 fee plus operator fee on an OP stack', async () => {
    const ask = answering({ [l1Selector]: word(1_000n), [operatorSelector]: word(77n) })
    expect(await readRollupFee(10, 'op-stack', draft, ask)).toBe(1_077n)
  })

  it('returns only the L1 fee on Scroll, which has no operator fee', async () => {
    const ask = answering({ [l1Selector]: word(9n), [operatorSelector]: word(77n) })
    expect(await readRollupFee(534352, 'scroll', draft, ask)).toBe(9n)
  })

  it('returns no operator fee before Isthmus, where the oracle reverts', async () => {
    expect(await readRollupFee(10, 'op-stack', draft, answering({ [l1Selector]: word(5n) }))).toBe(
      5n,
    )
  })

  it.each([
    ['has no code', answering({ [l1Selector]: '0x' })],
    ['reverts', answering({})],
  ])('throws if the oracle %s', async (_, ask) => {
    await expect(readRollupFee(10, 'op-stack', draft, ask)).rejects.toThrow(
      'chain 10 is configured as rollup: op-stack, and its fee oracle',
    )
  })
})

describe('rollupFeeOf a mined transaction', () => {
  const gasUsed = '0x5208'
  it.each([
    ['0 on an L1', {}, 0n],
    ['the L1 fee', { l1Fee: '0x64' }, 100n],
    [
      'an Isthmus operator fee',
      { operatorFeeScalar: '0xf4240', operatorFeeConstant: '0x7' },
      21_007n,
    ],
    [
      'a Jovian operator fee',
      { operatorFeeScalar: '0x1', operatorFeeConstant: '0x7', daFootprintGasScalar: '0x190' },
      2_100_007n,
    ],
  ] as const)('returns %s', (_, fields, wei) => {
    expect(rollupFeeOf({ gasUsed, ...fields })).toBe(wei)
  })
})

describe('a receipt whose L1 fee may be missing (reth #6547)', () => {
  const hash = aHash()
  const blockHash = aHash()
  const given = {
    ...{ transactionHash: hash, blockHash, blockNumber: '0x7', transactionIndex: '0x0' },
    ...{ from: coldWallet, to: coldWallet, status: '0x1', gasUsed: '0x5208', logs: [] },
    ...{ effectiveGasPrice: '0x1', type: '0x2' },
  }
  const payment = {
    ...{
      hash,
      blockHash,
      from: coldWallet,
      to: coldWallet,
      nonce: '0x0',
      value: '0x0',
      input: '0x',
    },
    ...{ gas: '0x5208', gasPrice: '0x1', type: '0x2' },
  }
  const head = { number: '0x7', hash: blockHash, parentHash: blockHash, timestamp: '0x1' }
  const answerWith =
    (receiptNow: () => object): FakeNode['answer'] =>
    ({ method }) => {
      if (method === 'eth_getBlockByNumber') return { result: head }
      return { result: method === 'eth_getTransactionByHash' ? payment : receiptNow() }
    }
  let node: FakeNode
  let receipt: object
  beforeEach(async () => {
    receipt = given
    node = await fakeNode(answerWith(() => receipt))
  })
  afterEach(() => node.close())
  const nodes = () => createChainNodes({ chainId: 1, urls: [node.url] })
  const asked = (rollup: Rollup) => ({
    state: async () => (await createChainState(1, nodes(), rollup).receipt(hash))?.l1FeeWei,
    reader: async () =>
      (await createChainReader(1, nodes(), rollup).receipt(hash, { withFee: true }))?.l1FeeWei,
    history: async () => (await createChainHistory(nodes(), rollup).mined(hash))?.l1FeeWei,
  })

  describe.each(['state', 'reader', 'history'] as const)('read by %s', (port) => {
    it.each<Rollup>(['op-stack', 'scroll'])(
      'is unreadable on %s if it has no L1 fee',
      async (rollup) => {
        await expect(asked(rollup)[port]()).rejects.toMatchObject({
          name: 'TransactionUnreadable',
          message: `the receipt of ${hash} names no L1 fee`,
        })
        receipt = { ...given, l1Fee: null }
        await expect(asked(rollup)[port]()).rejects.toThrow('names no L1 fee')
      },
    )

    it.each<[Rollup, object, bigint]>([
      ['none', {}, 0n],
      ['arbitrum', {}, 0n],
      ['op-stack', { l1Fee: '0x64' }, 100n],
      ['op-stack', { l1Fee: '0x0' }, 0n],
      ['op-stack', { type: '0x7e' }, 0n],
      ['scroll', { type: '0x7e' }, 0n],
    ])('has the right L1 fee on %s with %j', async (rollup, fields, wei) => {
      receipt = { ...given, ...fields }
      expect(await asked(rollup)[port]()).toBe(wei)
    })
  })

  it('is readable without an L1 fee for an external transaction', async () => {
    const reader = createChainReader(1, nodes(), 'op-stack')
    expect(await reader.receipt(hash)).toMatchObject({ l1FeeWei: 0n })
  })

  it('does not count in a quorum if the other endpoints’ receipts have the L1 fee', async () => {
    const told = answerWith(() => ({ ...given, l1Fee: '0x64' }))
    const others = [await fakeNode(told), await fakeNode(told)]
    const { state } = openMoneyNodes({
      chain: {
        ...{ id: 1, name: 'devnet', finality: { depth: 1 }, blockTimeMs: 100, rollup: 'op-stack' },
      },
      urls: [node.url, ...others.map(({ url }) => url)],
      quorum: 2,
      log: recordingLog(),
      metrics: recordingMetrics(),
    })
    expect(await state.receipt(hash)).toMatchObject({ l1FeeWei: 100n })
    await Promise.all(others.map((other) => other.close()))
  })
})
