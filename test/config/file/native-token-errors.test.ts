import { getAddress } from 'viem'
import { expect, test } from 'vitest'
import { errorsOf } from '../../harness/factories/a-config.ts'

/** Lists one token at the address, and returns the errors that call the token the native coin. */
const listed = (id: number, address: string) =>
  errorsOf({
    id,
    name: 'a chain',
    finality: { depth: 64 },
    tokens: [
      { address: getAddress(address.toLowerCase()), symbol: 'COIN', decimals: 18, min: '1' },
    ],
  }).filter(({ problem }) => problem.includes('native coin'))

test.each([
  ['zkSync Era', 324, '0x000000000000000000000000000000000000800A'],
  ['another ZK Stack chain', 2741, '0x000000000000000000000000000000000000800A'],
  ['Celo', 42220, '0x471EcE3750Da237f93B8E339c536989b8978a438'],
  ['Polygon', 137, '0x0000000000000000000000000000000000001010'],
  ['Metis', 1088, '0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000'],
  ['Moonbeam', 1284, '0x0000000000000000000000000000000000000802'],
])('the native coin of %s is rejected as a token', (_, id, address) => {
  expect(listed(id, address)).toMatchObject([
    { path: 'chains[0].tokens[0].address', fix: expect.stringContaining('remove it from tokens') },
  ])
})

test('the same address on another chain is accepted as a token', () => {
  expect(listed(1, '0x471EcE3750Da237f93B8E339c536989b8978a438')).toEqual([])
})
