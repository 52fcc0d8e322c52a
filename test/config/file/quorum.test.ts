import { expect, test } from 'vitest'
import { errorsOf, readChain } from '../../harness/factories/a-config.ts'

const rpc = (count: number) =>
  Array.from({ length: count }, (_, n) => `https://node-${n}.example/secret-key`)

test.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 3],
])('of %i endpoints, %i (more than half) must agree by default', (count, quorum) => {
  expect(readChain({ rpc: rpc(count) }).rpcQuorum).toBe(quorum)
})

test('rpcQuorum can be set, up to the number of endpoints', () => {
  expect(readChain({ rpc: rpc(3), rpcQuorum: 3 }).rpcQuorum).toBe(3)
  expect(readChain({ rpc: rpc(2), rpcQuorum: 1 }).rpcQuorum).toBe(1)
  expect(errorsOf({ rpc: rpc(2), rpcQuorum: 3 })).toMatchObject([
    { path: 'chains[0].rpcQuorum', problem: expect.stringContaining('rpc has 2 endpoints') },
  ])
  expect(errorsOf({ rpcQuorum: 0 })).toHaveLength(1)
})

test('a duplicate endpoint is rejected, because it would vote twice, and the error omits its URL', () => {
  const [one, two] = rpc(2)
  const errors = errorsOf({ rpc: [one, two, one] })
  expect(errors).toMatchObject([{ path: 'chains[0].rpc[2]' }])
  expect(JSON.stringify(errors)).not.toContain('secret-key')
})
