import { expect, test } from 'vitest'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import { ChainAnswerBad, ChainRefused, ChainUnreachable } from '../../../domain/errors.ts'
import { createPatientReader } from '../../../scanner/detect/patient-reader.ts'

/** Creates a patient reader of a node whose calls fail with these errors in order, then succeed. */
function failing(...errors: Error[]) {
  const calls: string[] = []
  const answer = (name: string) => async () => {
    calls.push(name)
    const error = errors.shift()
    if (error) throw error
    return undefined
  }
  const reader = {
    chainId: 1,
    receipt: answer('receipt'),
    transferLogsOfRange: answer('transferLogsOfRange'),
    pinned: () => reader,
    moveOn: () => void calls.push('moveOn'),
  } as unknown as ChainReader
  return { calls, reader: createPatientReader(reader, { firstPauseMs: 1 }) }
}

const hash = `0x${'a'.repeat(64)}` as const

test.each([
  ['a broken line', new ChainUnreachable('no usable answer')],
  ['an internal error', new ChainRefused('internal error', -32603)],
  ['a rate limit', new ChainRefused('limit exceeded', -32005)],
])('retries %s, also at the pinned reader', async (_, error) => {
  const { calls, reader } = failing(error, error, error)
  expect(await reader.pinned().receipt(hash)).toBeUndefined()
  expect(calls).toHaveLength(4)
})

test('throws after four failures of a call', async () => {
  const error = new ChainUnreachable('no usable answer')
  const { calls, reader } = failing(error, error, error, error)
  await expect(reader.receipt(hash)).rejects.toBe(error)
  expect(calls).toHaveLength(4)
})

test.each([
  ['a block that the node lacks', new ChainRefused('header not found', -32000)],
  ['an invalid answer', new ChainAnswerBad('no number')],
])('throws %s at once', async (_, error) => {
  const { calls, reader } = failing(error)
  await expect(reader.receipt(hash)).rejects.toBe(error)
  expect(calls).toHaveLength(1)
})

test('throws a refused range at once, because a narrower range may work, and retries a broken connection', async () => {
  const refused = new ChainRefused('limit exceeded', -32005)
  const wide = failing(refused)
  await expect(wide.reader.transferLogsOfRange(1n, 9n, [])).rejects.toBe(refused)
  const broken = failing(new ChainUnreachable('no usable answer'))
  await broken.reader.transferLogsOfRange(1n, 9n, [])
  expect(broken.calls).toHaveLength(2)
})
