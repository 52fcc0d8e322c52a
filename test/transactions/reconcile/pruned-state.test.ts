import { describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import type { Difference } from '../../../domain/books/reconciliation.ts'
import type { MinedTransaction } from '../../../domain/chains/mined-transaction.ts'
import { ChainRefused, ChainUnreachable, QuorumShort } from '../../../domain/errors.ts'
import {
  type ReadState,
  refuseFalseZeros,
  unlessPruned,
} from '../../../transactions/reconcile/pruned-state.ts'
import { coldWallet, keeper, token, wallet } from '../../harness/factories/a-chain.ts'
import { aHash } from '../../harness/factories/a-transaction.ts'
import { aTransferLog } from '../../harness/factories/a-transfer-log.ts'
import { FakeBooks } from '../../harness/fakes/fake-books.ts'
import { FakeChain } from '../../harness/fakes/fake-chain.ts'

describe('unlessPruned, for the state of an old block', () => {
  const state = new FakeChain(1, 300)
  const refused = new ChainRefused('missing trie node', -32000)
  const tooFew = new QuorumShort('too few of 3 rpc endpoints agree: missing trie node')
  const failing = (error: Error) => () => Promise.reject(error)

  it('returns the answer of the node', async () => {
    expect(await unlessPruned(state, 20n, async () => 7n)).toBe(7n)
  })

  it.each([
    ['one node', refused],
    ['several nodes', tooFew],
  ])('returns undefined if %s pruned the state', async (_, error) => {
    expect(await unlessPruned(state, 20n, failing(error))).toBeUndefined()
  })

  it.each([
    ['one node', refused],
    ['several nodes', tooFew],
  ])('rejects if %s refused a block that full nodes keep', async (_, error) => {
    await expect(unlessPruned(state, 250n, failing(error))).rejects.toBe(error)
  })

  const away = new ChainUnreachable('the node answered HTTP 403')

  it('returns undefined if a node answers the head but never the old state', async () => {
    expect(await unlessPruned(state, 20n, failing(away), { firstPauseMs: 1 })).toBeUndefined()
  })

  it('returns the answer of a node that was unreachable for a moment', async () => {
    let failures = 2
    const read = async () => {
      if (failures === 0) return 7n
      failures -= 1
      throw away
    }
    expect(await unlessPruned(state, 20n, read, { firstPauseMs: 1 })).toBe(7n)
  })

  it('rejects if the node does not answer the head either', async () => {
    const down = { head: failing(away) }
    await expect(unlessPruned(down, 20n, failing(away))).rejects.toBe(away)
  })

  it.each([
    ['an unreachable node at a block that full nodes keep', 250n, away],
    ['a bug', 20n, new TypeError('x is undefined')],
  ])('rejects for %s', async (_, block, error) => {
    await expect(unlessPruned(state, block, failing(error))).rejects.toBe(error)
  })
})

const difference = (more: Partial<Difference>): Difference => ({
  kind: 'wallet',
  address: wallet,
  asset: token,
  missing: 50n,
  words: '',
  rows: [],
  ...more,
})
const mined = (more: Partial<MinedTransaction>) =>
  ({
    from: wallet,
    to: token,
    ok: true,
    valueWei: 0n,
    feeWei: 7n,
    logs: [],
    nonce: 3n,
    ...more,
  }) as MinedTransaction
const block = { number: 40n, hash: aHash() }

/**
 * Runs `refuseFalseZeros` on a reconciliation at block 40.
 * @param now balances at the head
 * @param read state of the reconciliation, by default with balances of 0
 * @param later sums of deposits and refills between block 40 and the head
 */
function judged(
  now: { readonly tokens?: bigint; readonly wei?: bigint; readonly of?: Address },
  read: Partial<ReadState>,
  later: { readonly deposits?: bigint; readonly refills?: bigint } = {},
) {
  const fake = new FakeChain()
  fake.setToken(token, wallet, now.tokens ?? 0n)
  fake.setBalance(now.of ?? wallet, now.wei ?? 0n)
  const rows = async () => {
    const empty = await new FakeBooks().rows()
    const at = { txHash: aHash(), blockNumber: 45n }
    const native = { id: 'd', wallet, amount: later.deposits ?? 0n, blockNumber: 45n }
    return {
      ...empty,
      deposits: [
        { ...native, asset: token },
        { ...native, asset: 'native' as const },
      ],
      refills: [{ ...at, keeper, amountWei: later.refills ?? 0n }],
    }
  }
  const left = [
    { wallet, asset: token, amount: 0n },
    { wallet, asset: 'native' as const, amount: 0n },
  ]
  const state: ReadState = {
    block,
    left,
    closing: new Map([[keeper, 0n]]),
    nonces: new Map(),
    movements: [],
    above: [],
    differences: [],
    ...read,
  }
  return refuseFalseZeros(fake, state, rows)
}

describe('balances and nonces of 0 at the block of a reconciliation (MONEY 23)', () => {
  it('are rejected as false if the missing amount is still in the wallet at the head', async () => {
    const said = judged({ tokens: 50n }, { differences: [difference({})] })
    await expect(said).rejects.toThrow(ChainRefused)
    await expect(said).rejects.toThrow(
      /forgotten the state of block 40: it answers 0 for the balance/,
    )
  })

  it('are rejected as false if a later sweep moved the missing amount', async () => {
    const above = [mined({ logs: [aTransferLog(token, wallet, coldWallet, 50n)] })]
    await expect(judged({}, { differences: [difference({})], above })).rejects.toThrow(ChainRefused)
    const native = difference({ asset: 'native' })
    const coin = [mined({ to: coldWallet, valueWei: 43n })]
    await expect(judged({}, { differences: [native], above: coin })).rejects.toThrow(ChainRefused)
  })

  it('are rejected as false if the keeper still has the missing amount, without a later refill', async () => {
    const lost = difference({ kind: 'keeper', address: keeper, asset: 'native' })
    const read = { differences: [lost] }
    await expect(judged({ wei: 50n, of: keeper }, read)).rejects.toThrow(ChainRefused)
    await judged({ wei: 50n, of: keeper }, read, { refills: 1n })
    await judged({ wei: 50n, of: keeper }, { ...read, closing: new Map([[keeper, 9n]]) })
  })

  it('are accepted if the balance at the head came later or is also 0', async () => {
    await judged({ tokens: 50n }, { differences: [difference({})] }, { deposits: 1n })
    await judged({ tokens: 0n }, { differences: [difference({})] })
    const gas = [mined({ from: keeper, to: wallet, valueWei: 50n })]
    const native = difference({ asset: 'native' })
    await judged({ wei: 50n }, { differences: [native], above: gas })
  })

  it('are not checked if no amount is missing', async () => {
    const surplus = difference({ missing: -50n })
    await judged({ tokens: 50n }, { differences: [surplus, difference({ missing: null })] })
  })

  it('are rejected as false if a mined transaction used the nonce', async () => {
    const movement = { mined: mined({}), kind: 'sweep', wallet, asset: token, row: '' } as const
    const movements = [{ ...movement, intent: undefined }]
    const nonces = (nonce: bigint) => ({ movements, nonces: new Map([[wallet, nonce]]) })
    await judged({}, nonces(4n))
    await expect(judged({}, nonces(0n))).rejects.toThrow(
      /answers nonce 0 of 0x\w+, which has used 3/,
    )
  })
})
