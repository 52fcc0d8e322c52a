import type { Log } from './block.ts'

/**
 * All that nodes tell alike of a log. Its index in the block is left out, because some nodes count
 * their own way.
 */
export type LogContent = Pick<Log, 'address' | 'topics' | 'data'>

export const logContent = ({ address, topics, data }: LogContent): string =>
  [address, ...topics, data].join(' ')

/**
 * One answer of a log search without repetitions. A node may list a log twice, with the same index;
 * two equal logs with indexes of their own are two.
 */
export function distinctLogs(answer: readonly Log[]): readonly Log[] {
  return [...new Map(answer.map((log) => [`${inTransaction(log)} ${log.logIndex}`, log])).values()]
}

/**
 * The first wanted log that occurs more often in the search than in the receipt of its transaction.
 */
export function lackingLog<L extends LogContent>(
  wanted: readonly L[],
  receipt: readonly LogContent[],
): L | undefined {
  const left = countBy(receipt, logContent)
  return wanted.find((log) => {
    const content = logContent(log)
    const count = left.get(content) ?? 0
    left.set(content, count - 1)
    return count === 0
  })
}

/** What either search found, each log as often as the one that lists it more often. */
export function mergeSearches(one: readonly Log[], other: readonly Log[]): readonly Log[] {
  const merged = [...distinctLogs(one)]
  const left = countBy(merged, inTransaction)
  for (const log of distinctLogs(other)) {
    const content = inTransaction(log)
    const count = left.get(content) ?? 0
    if (count > 0) left.set(content, count - 1)
    else merged.push(log)
  }
  return merged
}

const inTransaction = (log: Log) => `${log.blockHash} ${log.transactionHash} ${logContent(log)}`

function countBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1)
  return counts
}
