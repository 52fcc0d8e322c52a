import type { Oddity } from '../frame/oddity.ts'
import { oneMoreLogBefore } from './shapes.ts'

type Raw = Readonly<Record<string, unknown>>

const withLogs = (receipt: unknown, change: (logs: readonly Raw[]) => readonly Raw[]) => {
  const raw = receipt as Raw | null
  return raw && { ...raw, logs: change(raw['logs'] as readonly Raw[]) }
}

/** Rows about nodes that list the logs of one transaction differently from request to request. */
export const logLists: readonly Oddity[] = [
  {
    name: 'the logIndex in a receipt is 40 higher than in a log search',
    source: 'bsc-erigon #803, lotus #12254',
    node: () => [
      {
        method: 'eth_getTransactionReceipt',
        does: {
          kind: 'forge',
          change: (receipt) =>
            withLogs(receipt, (logs) =>
              logs.map((log, i) => ({ ...log, logIndex: `0x${(i + 40).toString(16)}` })),
            ),
        },
      },
    ],
  },
  {
    name: 'every second read of a receipt lists one more log of another contract before the transfer',
    source: 'erigon #18656, #19406',
    node: () => {
      const reads = new Map<unknown, number>()
      return [
        {
          method: 'eth_getTransactionReceipt',
          about: ({ params }) => {
            const count = (reads.get(params[0]) ?? 0) + 1
            reads.set(params[0], count)
            return count % 2 === 0
          },
          does: { kind: 'forge', change: oneMoreLogBefore },
        },
      ]
    },
  },
]
