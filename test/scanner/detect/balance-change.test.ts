import { afterEach, beforeEach, expect, it } from 'vitest'
import { createChainReader } from '../../../adapters/viem/chain-reader.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import { readBalanceChange } from '../../../scanner/detect/balance-change.ts'
import { hash, who } from '../../harness/factories/a-block.ts'
import { type FakeNode, fakeNode } from '../../harness/proxies/fake-node.ts'

const { token, wallet } = who
const question = { token, wallet, block: hash(8), parent: hash(7) }
const word = (amount: bigint) => `0x${amount.toString(16).padStart(64, '0')}`

let node: FakeNode
beforeEach(async () => {
  node = await fakeNode(() => ({ result: word(9n) }))
})
afterEach(() => node.close())

function change(before: unknown) {
  node.answer = ({ params }) =>
    JSON.stringify(params).includes(question.parent)
      ? (before as { result: unknown })
      : { result: word(9n) }
  const nodes = createChainNodes({ chainId: 1, urls: [node.url], timeoutMs: 2_000 })
  return readBalanceChange(createChainReader(1, nodes), question)
}

it('is the balance after the block minus the balance after its parent', async () => {
  expect(await change({ result: word(4n) })).toBe(5n)
  expect(await change({ result: word(0n) })).toBe(9n)
})

it.each([
  ['returns no bytes, as for an address without code', { result: '0x' }],
  ['says so', { error: { code: -32000, message: 'missing trie node' } }],
])(
  'is unknown, and not the whole balance, if a node has pruned the parent and %s',
  async (_, a) => {
    await expect(change(a)).rejects.toThrow()
  },
)
