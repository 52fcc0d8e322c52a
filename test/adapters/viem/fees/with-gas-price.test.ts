import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainHistory } from '../../../../adapters/viem/chain-history.ts'
import { createChainReader } from '../../../../adapters/viem/chain-reader.ts'
import { createChainState } from '../../../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import { token, wallet } from '../../../harness/factories/a-chain.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'
import { type FakeNode, fakeNode } from '../../../harness/proxies/fake-node.ts'

const hash = aHash()
const blockHash = aHash()
const receipt = {
  transactionHash: hash,
  transactionIndex: '0x1',
  blockNumber: '0x5',
  blockHash,
  from: wallet,
  to: token,
  status: '0x1',
  gasUsed: '0x5208',
  logs: [],
}
const base = { hash, blockHash, nonce: '0x3', value: '0x0', input: '0x', gas: '0x5208' }
const legacy = { ...base, type: '0x0', gasPrice: '0x7' }
const dynamic = { ...base, type: '0x2', maxFeePerGas: '0x14', maxPriorityFeePerGas: '0x2' }

/** Nodes return receipts without a gas price (go-metadium #105) or with price 0 (harmony #4844). */
describe('the gas price of a receipt', () => {
  let node: FakeNode
  const nodes = () => createChainNodes({ chainId: 1, urls: [node.url] })
  const answers = (price: unknown, transaction: unknown, block: unknown = null) => {
    const named = price === undefined ? receipt : { ...receipt, effectiveGasPrice: price }
    node.answer = ({ method }) => {
      if (method === 'eth_getTransactionReceipt') return { result: named }
      return { result: method === 'eth_getTransactionByHash' ? transaction : block }
    }
  }
  const methods = () => node.asked.map(({ method }) => method)
  beforeEach(async () => {
    node = await fakeNode(() => ({ result: null }))
  })
  afterEach(() => node.close())

  it.each([undefined, null, '0x', '0x0'])(
    'is the price of the transaction if the receipt has the price %s',
    async (price) => {
      answers(price, legacy)
      const state = createChainState(1, nodes())
      expect(await state.receipt(hash)).toMatchObject({ effectiveGasPriceWei: 7n })
      const reader = createChainReader(1, nodes())
      expect(await reader.receipt(hash, { withFee: true })).toMatchObject({
        effectiveGasPriceWei: 7n,
      })
      const mined = await createChainHistory(nodes()).mined(hash)
      expect(mined).toMatchObject({ gasPriceWei: 7n, feeWei: 147_000n, maxFeeWei: 7n })
    },
  )

  it('may be missing for an external transaction that the node cannot look up (bor, erigon #8866)', async () => {
    answers('0x0', null)
    const reader = createChainReader(1, nodes())
    expect(await reader.receipt(hash)).toMatchObject({ ok: true, effectiveGasPriceWei: 0n })
    await expect(reader.receipt(hash, { withFee: true })).rejects.toThrow('names no gas price')
  })

  it('is base fee plus tip, at most the max fee, for a transaction of type 2', async () => {
    answers(null, dynamic, { hash: blockHash, number: '0x5', baseFeePerGas: '0xa' })
    expect(await createChainState(1, nodes()).receipt(hash)).toMatchObject({
      effectiveGasPriceWei: 12n,
    })
    expect(methods()).toEqual([
      'eth_getTransactionReceipt',
      'eth_getTransactionByHash',
      'eth_getBlockByHash',
    ])
  })

  it('is 0 on a gas-free chain', async () => {
    answers('0x0', { ...legacy, gasPrice: '0x0' })
    expect(await createChainState(1, nodes()).receipt(hash)).toMatchObject({
      effectiveGasPriceWei: 0n,
    })
  })

  it('is the receipt’s price, without a further request, if the receipt has a price', async () => {
    answers('0x9', legacy)
    expect(await createChainState(1, nodes()).receipt(hash)).toMatchObject({
      effectiveGasPriceWei: 9n,
    })
    expect(methods()).toEqual(['eth_getTransactionReceipt'])
  })

  it.each([
    ['the node has no such transaction', null],
    ['the transaction names no price', base],
  ])('makes the receipt unreadable if %s', async (why, transaction) => {
    answers(null, transaction)
    await expect(createChainState(1, nodes()).receipt(hash)).rejects.toMatchObject({
      name: 'TransactionUnreadable',
      message: `the receipt of ${hash} names no gas price, and ${why}`,
    })
  })

  it('is the transaction’s gas price on a chain without base fees', async () => {
    answers(null, { ...dynamic, gasPrice: '0x9' }, { hash: blockHash, number: '0x5' })
    expect(await createChainState(1, nodes()).receipt(hash)).toMatchObject({
      effectiveGasPriceWei: 9n,
    })
  })
})
