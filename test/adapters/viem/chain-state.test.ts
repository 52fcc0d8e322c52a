import { encodeErrorResult, parseAbi } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainReader } from '../../../adapters/viem/chain-reader.ts'
import { createChainState } from '../../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import type { ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import { token, wallet } from '../../harness/factories/a-chain.ts'
import { aHash } from '../../harness/factories/a-transaction.ts'
import { type FakeNode, fakeNode, type RpcAnswer } from '../../harness/proxies/fake-node.ts'

const blockHash = aHash()
const upper = blockHash.toUpperCase().replace('0X', '0x')

/** A fake node returns answers that anvil cannot return. */
describe('the chain state with odd answers of a node', () => {
  let node: FakeNode
  let state: ChainState
  let reader: ChainReader
  const answers = (answer: RpcAnswer) => {
    node.answer = () => answer
  }
  beforeEach(async () => {
    node = await fakeNode(() => ({ result: null }))
    const nodes = createChainNodes({ chainId: 1, urls: [node.url] })
    state = createChainState(1, nodes)
    reader = createChainReader(1, nodes)
  })
  afterEach(() => node.close())

  it.each<[string, RpcAnswer]>([
    ['refuses the tag', { error: { code: -32602, message: 'unknown block tag' } }],
    ['has no block with the tag yet', { result: null }],
    ['has the tag at block 0', { result: { number: '0x0', hash: blockHash, transactions: [] } }],
  ])('returns no tagged height if the node %s', async (_, answer) => {
    answers(answer)
    expect(await state.taggedHeight('finalized')).toBeUndefined()
  })

  it('throws an error for a tagged height if the node is unreachable', async () => {
    answers({ status: 503 })
    await expect(state.taggedHeight('finalized')).rejects.toThrow('HTTP 503')
  })

  it('throws an error for a tagged height if the provider’s plan excludes the request', async () => {
    const error = { code: -32002, message: 'Archive requests are not available on your plan' }
    answers({ status: 403, error })
    await expect(state.taggedHeight('finalized')).rejects.toThrow('Archive requests')
  })

  it('returns no receipt for a pending transaction, whose receipt has no block', async () => {
    answers({
      result: { transactionHash: aHash(), blockHash: null, blockNumber: null, status: null },
    })
    expect(await state.receipt(aHash())).toBeUndefined()
  })

  it('returns hashes in lower case', async () => {
    answers({ result: { number: '0x7', hash: upper, parentHash: upper, timestamp: '0x1' } })
    expect(await state.blockHash(7n)).toBe(blockHash)
    expect(await state.head()).toMatchObject({ number: 7n, hash: blockHash, parentHash: blockHash })
  })

  it.each([
    ['with another height', { number: '0x8', hash: blockHash }],
    ['without a hash', { number: '0x7', hash: null }],
  ])('throws for a block %s', async (_, block) => {
    answers({ result: { ...block, parentHash: blockHash, timestamp: '0x1' } })
    await expect(state.blockHash(7n)).rejects.toThrow('block')
  })

  it.each([null, '', 'none', '0xzz', {}, -1, 2 ** 60])(
    'throws ChainAnswerBad for a balance or nonce of %j',
    async (result) => {
      answers({ result })
      for (const asked of [
        state.nativeBalance(wallet, blockHash),
        state.nonceAt(wallet, blockHash),
        state.minedNonce(wallet),
        reader.nativeBalance(wallet, blockHash),
        reader.nativeTouched(wallet, blockHash),
      ]) {
        await expect(asked).rejects.toMatchObject({ name: 'ChainAnswerBad' })
      }
    },
  )

  it.each<[unknown, bigint]>([
    ['0x', 0n],
    ['0x00', 0n],
    ['17', 17n],
    [17, 17n],
  ])('reads balance or nonce %j as %s, in state and reader', async (result, wei) => {
    answers({ result })
    expect(await state.nativeBalance(wallet, blockHash)).toBe(wei)
    expect(await reader.nativeBalance(wallet, blockHash)).toBe(wei)
    expect(await state.minedNonce(wallet)).toBe(wei)
  })

  it.each([null, '', {}, '0x0', '0xzz', 1, true])(
    'throws ChainAnswerBad for a call result or code of %j',
    async (result) => {
      answers({ result })
      const call = { from: wallet, to: token, data: '0x' } as const
      for (const asked of [
        state.simulate(call),
        state.simulate(call, blockHash),
        state.code(token),
        state.code(token, blockHash),
      ]) {
        await expect(asked).rejects.toMatchObject({
          name: 'ChainAnswerBad',
          message: expect.stringContaining('no bytes'),
        })
      }
    },
  )

  it('returns bytes in lower case', async () => {
    answers({ result: '0xABCD' })
    const call = { from: wallet, to: token, data: '0x' } as const
    expect(await state.simulate(call, blockHash)).toEqual({ kind: 'returned', data: '0xabcd' })
    expect(await state.code(token)).toBe('0xabcd')
  })

  it.each([null, '', '0x', '0x0', '0x1', '0x5207', {}])(
    'throws ChainAnswerBad for an estimate of %j, because every transaction takes at least 21,000 gas',
    async (result) => {
      answers({ result })
      const call = { from: wallet, to: token, data: '0x', valueWei: 0n } as const
      await expect(state.estimateGas(call)).rejects.toMatchObject({ name: 'ChainAnswerBad' })
    },
  )

  it('accepts an estimate of 21,000', async () => {
    answers({ result: '0x5208' })
    const call = { from: wallet, to: token, data: '0x', valueWei: 0n } as const
    expect(await state.estimateGas(call)).toEqual({ kind: 'gas', gas: 21_000n })
  })

  it.each(['0x', '0x01', `0x${'0'.repeat(128)}`])(
    'throws the error “not an ERC-20” for a token balance of %s',
    async (result) => {
      answers({ result })
      await expect(state.tokenBalance(token, wallet, blockHash)).rejects.toThrow('not an ERC-20')
    },
  )

  it('returns reverted for an off-chain lookup (EIP-3668), and sends no request to the URL of the lookup', async () => {
    const data = encodeErrorResult({
      abi: parseAbi([
        'error OffchainLookup(address sender, string[] urls, bytes callData, bytes4 callbackFunction, bytes extraData)',
      ]),
      errorName: 'OffchainLookup',
      args: [token, [`${node.url}/{data}`], '0x', '0x00000000', '0x'],
    })
    const error = { code: 3, message: 'execution reverted', data }
    answers({ error })
    const answer = await state.simulate({ from: wallet, to: token, data: '0x' })
    expect(answer).toEqual({ kind: 'reverted', reason: 'execution reverted' })
    expect(node.asked.map((request) => request.method)).toEqual(['eth_call'])
  })

  it('throws the node’s error, and does not return reverted, if balance or block is missing', async () => {
    const call = { from: wallet, to: token, data: '0x', valueWei: 0n } as const
    answers({ error: { code: -32000, message: 'insufficient funds for transfer' } })
    await expect(state.estimateGas(call)).rejects.toThrow('insufficient funds')
    answers({ error: { code: -32000, message: 'header not found' } })
    await expect(state.simulate(call)).rejects.toThrow('header not found')
  })
})
