import { parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChainState } from '../../../adapters/viem/chain-state.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import { type Address, toAddress } from '../../../domain/address.ts'
import { encodeTransfer, readTransfer, transferAccepted } from '../../../domain/chains/erc20.ts'
import type { ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import { type Devnet, openDevnet, type Token } from '../../harness/devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../../harness/devnet/own-anvil.ts'
import { coldWallet } from '../../harness/factories/a-chain.ts'
import { aHash } from '../../harness/factories/a-transaction.ts'
import { anAccount } from '../../harness/factories/an-account.ts'

describe('the chain state, the money code’s view of nodes, on anvil', () => {
  let anvil: OwnAnvil
  let devnet: Devnet
  let state: ChainState
  let usdt: Token
  beforeAll(async () => {
    anvil = await ownAnvil()
    devnet = openDevnet(anvil)
    const nodes = createChainNodes({ chainId: anvil.chainId, urls: [anvil.url] })
    state = createChainState(anvil.chainId, nodes)
    usdt = await devnet.deployToken('pausable-false-token', 'USDT', 6)
  })
  afterAll(() => anvil.stop())
  const tokenOf = ({ address }: Token): Address => toAddress(address)

  it('returns the balances at the requested block, not at the newest block (MONEY 20)', async () => {
    const wallet = anAccount().address
    await devnet.pay(wallet, '1')
    await devnet.payToken(usdt, wallet, 5n)
    const then = await state.head()
    await devnet.pay(wallet, '1')
    await devnet.payToken(usdt, wallet, 7n)
    const now = await state.head()
    expect(await state.nativeBalance(wallet, then.hash)).toBe(parseEther('1'))
    expect(await state.nativeBalance(wallet, now.hash)).toBe(parseEther('2'))
    expect(await state.tokenBalance(tokenOf(usdt), wallet, then.hash)).toBe(5n)
    expect(await state.tokenBalance(tokenOf(usdt), wallet, now.hash)).toBe(12n)
  })

  it('throws ChainRefused for a block that the node does not have', async () => {
    await expect(state.nativeBalance(coldWallet, aHash())).rejects.toMatchObject({
      name: 'ChainRefused',
    })
  })

  it('returns the next nonce now and at a block, and the transaction that a block lists for a nonce', async () => {
    const hash = await devnet.pay(coldWallet, '0.1')
    const receipt = await state.receipt(hash)
    if (!receipt) throw new Error('the payment has no receipt')
    const before = await state.minedNonce(receipt.from)
    await devnet.pay(coldWallet, '0.1')
    expect(await state.minedNonce(receipt.from)).toBe(before + 1n)
    expect(await state.nonceAt(receipt.from, receipt.blockHash)).toBe(before)
    const listed = (nonce: bigint) => state.listedAs(receipt.from, nonce, receipt.blockHash)
    expect(await listed(before - 1n)).toBe(hash)
    expect(await listed(before)).toBeUndefined()
    await expect(state.listedAs(receipt.from, before, aHash())).rejects.toMatchObject({
      name: 'ChainMoved',
    })
  })

  it('returns a block hash for each height up to the head', async () => {
    const head = await state.head()
    expect(await state.blockHash(head.number)).toBe(head.hash)
    expect(await state.blockHash(head.number - 1n)).toBe(head.parentHash)
    expect(await state.blockHash(head.number + 5n)).toBeUndefined()
  })

  it('returns a finalized height below the head', async () => {
    await devnet.request('anvil_mine', ['0x8'])
    const [head, finalized] = [await state.head(), await state.taggedHeight('finalized')]
    expect(finalized !== undefined && finalized < head.number && finalized > 0n).toBe(true)
  })

  it('returns empty code for a plain account, and the code of a contract', async () => {
    expect(await state.code(anAccount().address)).toBe('0x')
    expect((await state.code(tokenOf(usdt))).length).toBeGreaterThan(100)
  })

  it('returns a fee quote of the newest block, in wei per gas', async () => {
    const quote = await state.feeQuote()
    expect(quote.blockNumber).toBe((await state.head()).number)
    expect((quote.baseFeeWei ?? 0n) > 0n && quote.gasPriceWei >= (quote.baseFeeWei ?? 0n)).toBe(
      true,
    )
  })

  it('returns a receipt with its logs, and undefined for an unknown transaction', async () => {
    const wallet = anAccount().address
    const receipt = await state.receipt(await devnet.payToken(usdt, wallet, 9n))
    expect(receipt).toMatchObject({ ok: true, l1FeeWei: 0n, to: tokenOf(usdt) })
    expect(receipt?.logs.map(readTransfer)).toEqual([
      { token: tokenOf(usdt), from: receipt?.from, to: wallet, amount: 9n },
    ])
    expect(await state.receipt(aHash())).toBeUndefined()
  })

  describe('simulate and estimateGas, before gas is spent (MONEY 14)', () => {
    const transfer = (from: Address, amount: bigint) => ({
      from,
      to: tokenOf(usdt),
      data: encodeTransfer(coldWallet, amount),
    })

    it('accept a transfer from a wallet without native balance', async () => {
      const wallet = anAccount().address
      await devnet.payToken(usdt, wallet, 5n)
      const simulated = await state.simulate(transfer(wallet, 5n))
      expect(simulated.kind === 'returned' && transferAccepted(simulated.data)).toBe(true)
      const estimate = await state.estimateGas({ ...transfer(wallet, 5n), valueWei: 0n })
      expect(estimate.kind === 'gas' && estimate.gas > 21_000n).toBe(true)
    })

    it('throw ChainRefused for an estimate at a block that the node does not have yet', async () => {
      const wallet = anAccount().address
      await devnet.payToken(usdt, wallet, 5n)
      const { number } = await state.head()
      const call = { ...transfer(wallet, 5n), valueWei: 0n }
      expect(await state.estimateGas(call, number)).toMatchObject({ kind: 'gas' })
      await expect(state.estimateGas(call, number + 5n)).rejects.toMatchObject({
        name: 'ChainRefused',
      })
    })

    it('return reverted with the reason for a revert, and throw no error', async () => {
      const wallet = anAccount().address
      for (const answer of [
        await state.simulate(transfer(wallet, 5n)),
        await state.estimateGas({ ...transfer(wallet, 5n), valueWei: 0n }),
      ]) {
        expect(answer).toMatchObject({ kind: 'reverted', reason: expect.stringMatching(/revert/i) })
      }
    })

    it('show that a token’s transfer returns false while the token is paused', async () => {
      const wallet = anAccount().address
      await devnet.payToken(usdt, wallet, 5n)
      await devnet.call(usdt, 'setPaused', [true])
      const simulated = await state.simulate(transfer(wallet, 5n))
      await devnet.call(usdt, 'setPaused', [false])
      expect(simulated.kind === 'returned' && transferAccepted(simulated.data)).toBe(false)
    })
  })
})
