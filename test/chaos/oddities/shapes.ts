import type { Forgery, RpcAnswer } from '../../harness/proxies/faults.ts'

/** A JSON object in an answer. This file has the changes of answers that several rows share. */
export type Fields = Readonly<Record<string, unknown>>

/** Returns a forgery that changes an object, and leaves null unchanged. */
export const changed =
  (change: (honest: Fields) => Fields): Forgery =>
  (honest) =>
    honest ? change(honest as Fields) : honest

/** Returns a forgery that removes these fields. */
export const without = (...keys: readonly string[]): Forgery =>
  changed((honest) => {
    const left = { ...honest }
    for (const key of keys) delete left[key]
    return left
  })

/** Returns a forgery that sets these fields to null. */
export const withNull = (...keys: readonly string[]): Forgery =>
  changed((honest) => ({ ...honest, ...Object.fromEntries(keys.map((key) => [key, null])) }))

/** Returns a forgery that changes a block's transactions. Hashes in the list stay unchanged. */
export const inTransactions = (change: Forgery): Forgery =>
  changed((block) => ({
    ...block,
    transactions: (block['transactions'] as unknown[]).map((one) =>
      typeof one === 'object' ? change(one, { id: 0, method: '', params: [] }) : one,
    ),
  }))

/** Returns a forgery that changes each log of a receipt or of a list of logs. */
export const inLogs =
  (change: (log: Fields, index: number) => Fields): Forgery =>
  (honest) => {
    if (Array.isArray(honest)) return honest.map(change)
    const receipt = honest as { logs?: Fields[] } | null
    return receipt?.logs ? { ...receipt, logs: receipt.logs.map(change) } : honest
  }

/** Returns a forgery that adds `by` to each `logIndex`. */
export const shifted = (by: number) =>
  inLogs((log) => ({ ...log, logIndex: hex(Number(log['logIndex']) + by) }))

/** Adds a log of another contract before all logs of a receipt, unless the receipt has no logs. */
export const oneMoreLogBefore: Forgery = changed((receipt) => {
  const logs = receipt['logs'] as Fields[]
  const [first] = logs
  if (!first) return receipt
  const moved = logs.map((log) => ({ ...log, logIndex: hex(Number(log['logIndex']) + 1) }))
  const address = '0x00000000000000000000000000000000000000aa'
  return { ...receipt, logs: [{ ...first, address, topics: [], data: '0x' }, ...moved] }
})

export const hex = (value: number | bigint) => `0x${value.toString(16)}`

export const refusal = (code: number, message: string): RpcAnswer => ({ error: { code, message } })

export const blockMethods = ['eth_getBlockByNumber', 'eth_getBlockByHash'] as const
