import type { PublicClient } from 'viem'

/**
 * Failures in a row, each while the same endpoint answered the other questions, after which a
 * question counts as refused.
 */
const most = 3

const failures = new WeakMap<PublicClient, Map<string, number>>()

/**
 * A gateway may fail on one method for ever in a way that looks like passing: silence, HTTP 503, a
 * body that is no JSON-RPC. Call it where the endpoint has answered its other questions.
 * @returns whether the method has failed so often that it counts as refused
 */
export function isFailingAlone(client: PublicClient, method: string): boolean {
  const ofClient = failures.get(client) ?? new Map<string, number>()
  failures.set(client, ofClient)
  const count = (ofClient.get(method) ?? 0) + 1
  ofClient.set(method, count)
  return count >= most
}

export function hasAnswered(client: PublicClient, method: string): void {
  failures.get(client)?.delete(method)
}
