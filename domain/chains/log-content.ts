import { countBy } from '../lists.ts'
import type { Log } from './block.ts'

/**
 * The fields of a log on which all nodes agree. The log's index in the block is not one of them,
 * because some nodes count differently.
 */
export type LogContent = Pick<Log, 'address' | 'topics' | 'data'>

/** Returns the content of a log as one text. Logs with equal texts are equal. */
export const logContent = ({ address, topics, data }: LogContent): string =>
  [address, ...topics, data].join(' ')

/**
 * Removes repeated logs from one log search. A node may list a log twice with the same index; two
 * equal logs with different indexes are two logs.
 */
export function distinctLogs(answer: readonly Log[]): readonly Log[] {
  return [...new Map(answer.map((log) => [`${inTransaction(log)} ${log.logIndex}`, log])).values()]
}

/**
 * Returns the first log of a search that the transaction's receipt lacks; undefined if there is
 * none. If the search lists equal logs more often than the receipt, the surplus logs are lacking.
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

/**
 * Merges the logs of two searches. Each log occurs as often as in the search that lists it more
 * often.
 */
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
