import { expect, test } from 'vitest'
import { faultsOf, readChain } from '../../harness/factories/a-config.ts'

test.each([
  [1, { tag: 'finalized' }],
  [56, { tag: 'finalized', depth: 15 }],
  [137, { tag: 'finalized' }],
  [42_161, { tag: 'finalized' }],
  [10, { tag: 'finalized' }],
  [8453, { tag: 'finalized' }],
])('chain %i has its default', (id, finality) => {
  expect(readChain({ id }).finality).toEqual(finality)
})

test('a chain that coldsweep does not know has to state its policy', () => {
  expect(faultsOf({ id: 31_337 })).toMatchObject([
    { path: 'chains[0].finality', problem: 'is missing, and there is no default for this chain' },
  ])
  expect(readChain({ id: 31_337, finality: { depth: 2 } }).finality).toEqual({ depth: 2 })
})

test('a policy without tag and depth is refused: it would call the newest block final', () => {
  expect(faultsOf({ finality: {} })[0]?.problem).toBe('has neither tag nor depth')
})

test('safe alone is refused on an L1 and on chains that are not known as rollups', () => {
  expect(faultsOf({ finality: { tag: 'safe' } })[0]?.fix).toContain('{ tag: finalized }')
  expect(faultsOf({ id: 31_337, finality: { tag: 'safe' } })).toHaveLength(1)
  expect(readChain({ finality: { tag: 'safe', depth: 64 } }).finality.tag).toBe('safe')
  expect(readChain({ id: 8453, finality: { tag: 'safe' } }).finality).toEqual({ tag: 'safe' })
})

test('a count of L2 blocks alone is refused on a rollup', () => {
  expect(faultsOf({ id: 8453, finality: { depth: 100 } })[0]?.problem).toContain('rollup')
})

test('a tag that does not exist gets the ones that do', () => {
  expect(faultsOf({ finality: { tag: 'final' } })).toMatchObject([
    { path: 'chains[0].finality.tag', problem: '"final" is none of finalized, safe' },
  ])
})

test('rollups keep the native remainder unless told otherwise (MONEY 9)', () => {
  expect(readChain({ id: 8453 }).nativeRemainder).toBe('keep')
  expect(readChain({ id: 8453, nativeRemainder: 'tip' }).nativeRemainder).toBe('tip')
})
