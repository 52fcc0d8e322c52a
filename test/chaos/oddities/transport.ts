import type { NodeRule, Oddity, Phase } from '../frame/oddity.ts'

/** Response bodies that are not JSON-RPC. */
const noRpc = ['{"error":"daily limit reached"}', '{"message":"no such project"}', 'null']

/** Answers with each body once in each phase: in detection to the scanner, later to the worker. */
const noRpcInEachPhase = (): readonly NodeRule[] => {
  const phases: readonly Phase[] = ['detection', 'plan', 'send', 'finality']
  return phases.flatMap((during) =>
    noRpc.map((body) => ({
      method: '*',
      during,
      by: during === 'detection' ? 'scanner' : 'worker',
      times: 1,
      does: { kind: 'raw', body },
    })),
  )
}

/** Rows about failures of RPC providers. */
export const transport: readonly Oddity[] = [
  {
    name: 'one request in 25 fails with -32603, for both processes and in each phase',
    source: 'geth, erigon, any gateway under load',
    node: () => {
      let asked = 0
      return [
        {
          method: '*',
          about: () => {
            asked += 1
            return asked % 25 === 0
          },
          does: { kind: 'error', code: -32603, message: 'internal error' },
        },
      ]
    },
  },
  {
    name: 'the first read of each receipt returns null',
    source: 'erigon #6574',
    node: (scene) => {
      const seen = new Set<unknown>()
      return [
        {
          method: 'eth_getTransactionReceipt',
          about: async (request) => {
            if (seen.has(request.params[0]) || !(await scene.concerns(request))) return false
            seen.add(request.params[0])
            return true
          },
          does: { kind: 'forge', change: () => null },
        },
      ]
    },
  },
  {
    name: 'the node accepts the broadcast, and its response is lost',
    source: 'load balancers that cut a connection',
    asset: 'native',
    node: (scene) => [
      {
        method: 'eth_sendRawTransaction',
        during: 'send',
        about: scene.concerns,
        times: 1,
        does: { kind: 'break-after' },
      },
    ],
  },
  {
    name: 'one endpoint of three breaks the connection on every request about the wallet',
    source: 'public gateways',
    world: { endpoints: 3 },
    node: (scene) => [{ method: '*', at: 1, about: scene.concerns, does: { kind: 'break' } }],
  },
  {
    name: 'the only endpoint answers HTTP 200 without JSON-RPC three times in each phase',
    source: 'gateways out of quota or behind a proxy',
    node: noRpcInEachPhase,
    expect: { metrics: { coldsweep_rpc_unusable_answers_total: 3 * 4 } },
  },
  {
    name: 'one endpoint of two answers HTTP 200 without JSON-RPC, and a quorum of one is enough',
    source: 'gateways out of quota or behind a proxy',
    world: { endpoints: 2, chain: { rpcQuorum: 1 } },
    node: () =>
      noRpc.map((body, i) => ({
        method: '*',
        at: 0,
        about: ({ id }) => Number(id) % noRpc.length === i,
        does: { kind: 'raw', body },
      })),
    expect: {
      configCheck: /^down unreachable chains\[0\]\.rpc\[0\]: the node’s answer is no JSON-RPC: /,
      metrics: { coldsweep_rpc_unusable_answers_total: 3 },
    },
  },
]
