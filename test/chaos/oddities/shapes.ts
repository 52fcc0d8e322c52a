import type { Forgery, RpcAnswer } from '../../harness/proxies/faults.ts'

/** Changes of answers that several rows use. */
export type Fields = Readonly<Record<string, unknown>>

/** Changes an object and returns null unchanged. */
export const changed =
  (change: (honest: Fields) => Fields): Forgery =>
  (honest) =>
    honest ? change(honest as Fields) : honest

export const without = (...keys: readonly string[]): Forgery =>
  changed((honest) => {
    const left = { ...honest }
    for (const key of keys) delete left[key]
    return left
  })

export const withNull = (...keys: readonly string[]): Forgery =>
  changed((honest) => ({ ...honest, ...Object.fromEntries(keys.map((key) => [key, null])) }))

/** Changes the transactions of a block that are objects and not hashes. */
export const inTransactions = (change: Forgery): Forgery =>
  changed((block) => ({
    ...block,
    transactions: (block['transactions'] as unknown[]).map((one) =>
      typeof one === 'object' ? change(one, { id: 0, method: '', params: [] }) : one,
    ),
  }))

/** Changes the logs of a receipt or of a list of logs. */
export const inLogs =
  (change: (log: Fields, index: number) => Fields): Forgery =>
  (honest) => {
    if (Array.isArray(honest)) return honest.map(change)
    const receipt = honest as { logs?: Fields[] } | null
    return receipt?.logs ? { ...receipt, logs: receipt.logs.map(change) } : honest
  }

export const shifted = (by: number) =>
  inLogs((log) => ({ ...log, logIndex: hex(Number(log['logIndex']) + by) }))

/** Adds a log of another contract before all other logs of a receipt that has logs. */
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
