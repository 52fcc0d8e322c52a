import { expect, test } from 'vitest'
import { errorsOf, readChain } from '../../harness/factories/a-config.ts'

test.each([
  [1, { tag: 'finalized' }],
  [56, { tag: 'finalized', depth: 15 }],
  [137, { tag: 'finalized' }],
  [42_161, { tag: 'finalized' }],
  [10, { tag: 'finalized' }],
  [8453, { tag: 'finalized' }],
])('chain %i has a default finality policy', (id, finality) => {
  expect(readChain({ id }).finality).toEqual(finality)
})

test('a chain without a default must state its finality policy', () => {
  expect(errorsOf({ id: 31_337 })).toMatchObject([
    { path: 'chains[0].finality', problem: 'missing; this chain has no default' },
  ])
  expect(readChain({ id: 31_337, finality: { depth: 2 } }).finality).toEqual({ depth: 2 })
})

test('a policy without tag and depth is rejected, because it would make the newest block final', () => {
  expect(errorsOf({ finality: {} })[0]?.problem).toBe('neither tag nor depth is set')
})

test('tag safe alone is rejected on an L1 and on chains that are not known as rollups', () => {
  expect(errorsOf({ finality: { tag: 'safe' } })[0]?.fix).toContain('{ tag: finalized }')
  expect(errorsOf({ id: 31_337, finality: { tag: 'safe' } })).toHaveLength(1)
  expect(readChain({ finality: { tag: 'safe', depth: 64 } }).finality.tag).toBe('safe')
  expect(readChain({ id: 8453, finality: { tag: 'safe' } }).finality).toEqual({ tag: 'safe' })
})

test('a depth alone is rejected on a rollup', () => {
  expect(errorsOf({ id: 8453, finality: { depth: 100 } })[0]?.problem).toContain('rollup')
})

test('the error about an unknown tag lists the known tags', () => {
  expect(errorsOf({ finality: { tag: 'final' } })).toMatchObject([
    { path: 'chains[0].finality.tag', problem: 'expected one of finalized, safe; got "final"' },
  ])
})

test('rollups keep the native remainder by default (MONEY 9)', () => {
  expect(readChain({ id: 8453 }).nativeRemainder).toBe('keep')
  expect(readChain({ id: 8453, nativeRemainder: 'tip' }).nativeRemainder).toBe('tip')
})
