import { expect, test } from 'vitest'
import { faultsOf, readChain } from '../../harness/factories/a-config.ts'

const rpc = (count: number) =>
  Array.from({ length: count }, (_, n) => `https://node-${n}.example/secret-key`)

test.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 3],
])('of %i endpoints %i must agree by default: more than half', (count, quorum) => {
  expect(readChain({ rpc: rpc(count) }).rpcQuorum).toBe(quorum)
})

test('it may be said otherwise, up to the number of endpoints', () => {
  expect(readChain({ rpc: rpc(3), rpcQuorum: 3 }).rpcQuorum).toBe(3)
  expect(readChain({ rpc: rpc(2), rpcQuorum: 1 }).rpcQuorum).toBe(1)
  expect(faultsOf({ rpc: rpc(2), rpcQuorum: 3 })).toMatchObject([
    { path: 'chains[0].rpcQuorum', problem: expect.stringContaining('rpc has 2 endpoints') },
  ])
  expect(faultsOf({ rpcQuorum: 0 })).toHaveLength(1)
})

test('an endpoint that is listed twice would have two voices: refused, without showing its URL', () => {
  const [one, two] = rpc(2)
  const faults = faultsOf({ rpc: [one, two, one] })
  expect(faults).toMatchObject([{ path: 'chains[0].rpc[2]' }])
  expect(JSON.stringify(faults)).not.toContain('secret-key')
})
