import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { ChainRefused, ChainUnreachable } from '../../domain/errors.ts'
import { sleep } from '../../runtime/sleep.ts'
import { type AnyFunction, wrapMethods } from '../../runtime/wrap-methods.ts'

/** JSON-RPC errors that are unrelated to the request: "internal error" and "limit exceeded". */
const passingCodes = [-32603, -32005]
/** A failure that took this long is not retried here, so that the next node is asked sooner. */
const slowMs = 1_000

/** Methods whose refusals are not retried here, because the caller retries with fewer blocks. */
const refusalsCount: readonly (keyof ChainReader)[] = ['transferLogsOfRange']

export interface Patience {
  /** Calls in total before the failure is thrown. @default 4 */
  readonly tries?: number
  /** Sleep before the second call; doubles with each further call. @default 50 */
  readonly firstPauseMs?: number
}

/**
 * Returns a reader that retries transient failures at the same node. One reading of a block full of
 * deposits takes hundreds of calls. At a node that fails one call in twenty, no such reading would
 * succeed without retries.
 */
export function createPatientReader(reader: ChainReader, patience: Patience = {}): ChainReader {
  const { tries = 4, firstPauseMs = 50 } = patience
  const patiently =
    (ask: AnyFunction, name: keyof ChainReader): AnyFunction =>
    async (...args) => {
      for (let n = 1; ; n += 1) {
        const began = Date.now()
        try {
          return await ask(...args)
        } catch (error) {
          if (n >= tries || Date.now() - began > slowMs || !isTransient(name, error)) throw error
          await sleep(firstPauseMs * 2 ** (n - 1))
        }
      }
    }
  return {
    ...wrapMethods(reader, (ask, name) => patiently(ask, name as keyof ChainReader)),
    // These methods send no request, so they are not retried.
    moveOn: () => reader.moveOn(),
    pinned: () => createPatientReader(reader.pinned(), patience),
    endpoint: (offset) => createPatientReader(reader.endpoint(offset), patience),
  }
}

function isTransient(name: keyof ChainReader, error: unknown): boolean {
  if (error instanceof ChainUnreachable) return true
  if (!(error instanceof ChainRefused) || refusalsCount.includes(name)) return false
  return error.code !== undefined && passingCodes.includes(error.code)
}
