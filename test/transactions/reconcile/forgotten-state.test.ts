import { describe, expect, it } from 'vitest'
import { ChainRefused, ChainUnreachable, QuorumShort } from '../../../domain/errors.ts'
import { unlessForgotten } from '../../../transactions/reconcile/forgotten-state.ts'
import { FakeChain } from '../../harness/fakes/fake-chain.ts'

describe('the state of an old block', () => {
  const state = new FakeChain(1, 300)
  const refused = new ChainRefused('missing trie node', -32000)
  const tooFew = new QuorumShort('too few of 3 rpc endpoints agree: missing trie node')
  const failing = (error: Error) => () => Promise.reject(error)

  it('is what the nodes say', async () => {
    expect(await unlessForgotten(state, 20n, async () => 7n)).toBe(7n)
  })

  it.each([
    ['one node', refused],
    ['several nodes', tooFew],
  ])('is not known where %s have forgotten it', async (_, error) => {
    expect(await unlessForgotten(state, 20n, failing(error))).toBeUndefined()
  })

  it.each([
    ['one node', refused],
    ['several nodes', tooFew],
  ])('of a block that full nodes keep, %s that refuse it are a failure', async (_, error) => {
    await expect(unlessForgotten(state, 250n, failing(error))).rejects.toBe(error)
  })

  const away = new ChainUnreachable('the node answered HTTP 403')

  it('is not known where a node that tells its head keeps being away for it', async () => {
    expect(await unlessForgotten(state, 20n, failing(away), { firstPauseMs: 1 })).toBeUndefined()
  })

  it('is what a node says that was away for a moment', async () => {
    let failures = 2
    const read = async () => {
      if (failures === 0) return 7n
      failures -= 1
      throw away
    }
    expect(await unlessForgotten(state, 20n, read, { firstPauseMs: 1 })).toBe(7n)
  })

  it('is no matter of age where the node is away altogether', async () => {
    const down = { head: failing(away) }
    await expect(unlessForgotten(down, 20n, failing(away))).rejects.toBe(away)
  })

  it.each([
    ['a block that full nodes keep', 250n, away],
    ['a bug', 20n, new TypeError('x is undefined')],
  ])('%s: the failure stays one', async (_, block, error) => {
    await expect(unlessForgotten(state, block, failing(error))).rejects.toBe(error)
  })
})
