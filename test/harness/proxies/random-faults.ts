import { createHash } from 'node:crypto'
import type { Fault, RpcRequest } from './faults.ts'

export interface RandomFaults {
  /**
   * A request's fault depends only on the seed, its method, its parameters, and the number of equal
   * requests before it.
   */
  readonly seed: number
  /**
   * Share of requests, 0 to 1, that fail before the node is asked: error, HTTP 503, rate limit or
   * broken connection.
   */
  readonly fail?: number
  /** Share of requests that the node executes and whose answer is lost. */
  readonly dropAfter?: number
  /** Only these methods. @default all */
  readonly methods?: readonly string[]
}

const failures: readonly Fault[] = [
  { kind: 'error' },
  { kind: 'http', status: 503 },
  { kind: 'rate-limit', as: 'http' },
  { kind: 'rate-limit', as: 'rpc' },
  { kind: 'break' },
]

/** Returns a function that draws the fault of a request, or undefined for an honest answer. */
export function createRandomFaults({ seed, fail = 0, dropAfter = 0, methods }: RandomFaults) {
  const asked = new Map<string, number>()
  return (request: RpcRequest): Fault | undefined => {
    if (methods && !methods.includes(request.method)) return undefined
    const question = `${request.method} ${JSON.stringify(request.params)}`
    const count = (asked.get(question) ?? 0) + 1
    asked.set(question, count)
    const drawn = createHash('sha256').update(`${seed} ${count} ${question}`).digest()
    const luck = drawn.readUInt32BE(0) / 2 ** 32
    if (luck < fail) return failures[drawn.readUInt32BE(4) % failures.length]
    return luck < fail + dropAfter ? { kind: 'break-after' } : undefined
  }
}
