import { describe, expect, it } from 'vitest'
import { ChainRefused, ChainUnreachable, QuorumShort } from '../../domain/errors.ts'
import { unlessForgotten } from '../../transactions/forgotten-state.ts'
import { FakeChain } from '../fakes/fake-chain.ts'

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

  it('no other failure says anything', async () => {
    const away = new ChainUnreachable('away')
    await expect(unlessForgotten(state, 20n, failing(away))).rejects.toBe(away)
  })
})
