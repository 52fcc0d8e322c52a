import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { ChainRefused, ChainUnreachable } from '../../domain/errors.ts'

/** JSON-RPC errors that say nothing of the question: "internal error" and "limit exceeded". */
const passingCodes = [-32603, -32005]
/** What failed after so long has had its time; another node is asked sooner without a repeat. */
const slowMs = 1_000

/** A wide search that a node refuses is asked again with fewer blocks, by its caller. */
const refusalsCount: readonly (keyof ChainReader)[] = ['transferLogsOfRange']

/** These ask no node. */
const isLocal: readonly (keyof ChainReader)[] = ['pinned', 'endpoint', 'moveOn']

export interface Patience {
  /** Calls altogether before the failure is the reading's. @default 4 */
  readonly tries?: number
  /** Before the second call; doubles. @default 50 */
  readonly firstPauseMs?: number
}

/**
 * A reader that asks the same node again when a call fails in passing. One reading of the chain is
 * hundreds of calls where a block is full of deposits: at a node that fails each twentieth, no such
 * reading would ever come through whole.
 */
export function createPatientReader(reader: ChainReader, patience: Patience = {}): ChainReader {
  const { tries = 4, firstPauseMs = 50 } = patience
  const patiently =
    <A extends unknown[], R>(name: keyof ChainReader, ask: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      for (let n = 1; ; n += 1) {
        const began = Date.now()
        try {
          return await ask(...args)
        } catch (error) {
          if (n >= tries || Date.now() - began > slowMs || !isPassing(name, error)) throw error
          await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** (n - 1)))
        }
      }
    }
  const methods = Object.entries(reader).map(([name, method]) => {
    const isAsked = typeof method === 'function' && !isLocal.includes(name as keyof ChainReader)
    return [name, isAsked ? patiently(name as keyof ChainReader, method) : method]
  })
  return {
    ...(Object.fromEntries(methods) as ChainReader),
    pinned: () => createPatientReader(reader.pinned(), patience),
    endpoint: (offset) => createPatientReader(reader.endpoint(offset), patience),
  }
}

function isPassing(name: keyof ChainReader, error: unknown): boolean {
  if (error instanceof ChainUnreachable) return true
  if (!(error instanceof ChainRefused) || refusalsCount.includes(name)) return false
  return error.code !== undefined && passingCodes.includes(error.code)
}
