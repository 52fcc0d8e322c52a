import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  distinctLogs,
  lackingLog,
  logContent,
  mergeSearches,
} from '../../../domain/chains/log-content.ts'
import { aTransfer, hash, who } from '../../harness/factories/a-block.ts'

const log = (amount: bigint, logIndex: number, transaction = 1) =>
  aTransfer({ amount, log: { logIndex, transactionHash: hash(transaction) } })

describe('lackingLog', () => {
  it.each([
    [
      'returns undefined if the receipt has the log under another index',
      [log(5n, 3)],
      [log(5n, 40)],
      undefined,
    ],
    ['returns a log whose amount differs in the receipt', [log(5n, 3)], [log(6n, 3)], 5n],
    [
      'returns a log whose token differs in the receipt',
      [log(5n, 3)],
      [{ ...log(5n, 3), address: who.otherToken }],
      5n,
    ],
    [
      'returns the second of two equal logs if the receipt has only one',
      [log(5n, 3), log(5n, 4)],
      [log(5n, 0)],
      5n,
    ],
    [
      'returns undefined if the receipt has both equal logs',
      [log(5n, 3), log(5n, 4)],
      [log(5n, 0), log(5n, 1)],
      undefined,
    ],
  ] as const)('%s', (_, wanted, receipt, lacking) => {
    const found = lackingLog(wanted, receipt)
    expect(found && BigInt(found.data)).toBe(lacking)
  })
})

it('distinctLogs merges a log that is listed twice, and keeps equal logs with different indexes', () => {
  expect(distinctLogs([log(5n, 3), log(5n, 3), log(5n, 4)])).toHaveLength(2)
})

it('mergeSearches merges a log that two nodes list with different indexes', () => {
  const [first, second] = [
    [log(5n, 3), log(5n, 4), log(7n, 5)],
    [log(5n, 0), log(7n, 1), log(9n, 2)],
  ]
  expect(mergeSearches(first, second).map(({ data }) => Number(data))).toEqual([5, 5, 7, 9])
  expect(mergeSearches([log(5n, 0, 1)], [log(5n, 0, 2)])).toHaveLength(2)
})

it('mergeSearches lists equal logs as often as the search that lists more of them', () => {
  const logs = fc.array(fc.integer({ min: 1, max: 3 }))
  fc.assert(
    fc.property(logs, logs, fc.nat(), (one, other, shift) => {
      const [a, b] = [
        one.map((amount, i) => log(BigInt(amount), i)),
        other.map((amount, i) => log(BigInt(amount), i + shift)),
      ]
      const count = (all: readonly ReturnType<typeof log>[], content: string) =>
        all.filter((one) => logContent(one) === content).length
      const merged = mergeSearches(a, b)
      for (const one of [...a, ...b]) {
        const content = logContent(one)
        expect(count(merged, content)).toBe(Math.max(count(a, content), count(b, content)))
      }
      expect(lackingLog(a, merged)).toBeUndefined()
      expect(lackingLog(b, merged)).toBeUndefined()
    }),
  )
})
