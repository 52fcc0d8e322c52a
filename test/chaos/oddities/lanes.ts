import { keccak256, parseTransaction, type TransactionSerialized } from 'viem'
import type { Answering, RpcAnswer, RpcRequest } from '../../harness/proxies/faults.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { metricOf, readMetrics } from '../frame/observe.ts'
import type { NodeRule, Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'
import { plainToken } from '../frame/world-spec.ts'

const gwei = 1_000_000_000n
const refusal = (message: string): RpcAnswer => ({ error: { code: -32000, message } })
const read = ({ params }: RpcRequest) => parseTransaction(params[0] as TransactionSerialized)
const hashOf = ({ params }: RpcRequest) => keccak256(params[0] as `0x${string}`)

/** Answers broadcasts of the row's wallet, and broadcasts of the keeper to this wallet. */
const sends = (scene: Scene, give: Answering): NodeRule => ({
  method: 'eth_sendRawTransaction',
  about: scene.concerns,
  does: { kind: 'answer', give },
})

const lookups = ['eth_getTransactionReceipt', 'eth_getTransactionByHash'] as const

const notFound: Answering = async ({ method, params }, ask) => {
  const answer = await ask(method, params)
  return answer.result === null ? refusal('transaction not found') : answer
}

const isMined = (found: unknown) =>
  typeof (found as { readonly blockNumber?: unknown } | null)?.blockNumber === 'string'

const neighboursAmount = 4n * 10n ** 18n

const tipWords = (tip: bigint) =>
  `transaction underpriced: gas tip cap ${tip}, minimum needed ${25n * gwei}`

const quickBumps = {
  chain: { gas: { maxFeeGwei: 200, maxPriorityFeeGwei: 2, bumpAfterBlocks: 3 } },
}

/** Plain transfers take 60,000 gas. The node estimates 60,000 and refuses a lower gas limit. */
function dearTransfers(): readonly NodeRule[] {
  const isPlain = ({ params }: RpcRequest) => {
    const { data, input } = params[0] as { readonly data?: string; readonly input?: string }
    return (data ?? input ?? '0x') === '0x'
  }
  const give: Answering = async (request, ask) => {
    const { gas, data } = read(request)
    return (data ?? '0x') === '0x' && (gas ?? 0n) < 60_000n
      ? refusal(`intrinsic gas too low: gas ${gas}, minimum needed 60000`)
      : await ask(request.method, request.params)
  }
  return [
    {
      method: 'eth_estimateGas',
      about: isPlain,
      does: { kind: 'answer', give: () => ({ result: '0xea60' }) },
    },
    { method: 'eth_sendRawTransaction', does: { kind: 'answer', give } },
  ]
}

const forgetTransferGas = (scene: Scene) => scene.world.d.sql`delete from transfer_gas`

/**
 * Rows about nodes that lose, refuse or hide transactions. The state of the deposit shows why the
 * deposit waits, and the deposit is swept in the end.
 */
export const lanes: readonly Oddity[] = [
  {
    name: 'lookups fail with "transaction not found" instead of null, also for the attempt before a bump',
    source: 'zkevm-node #255',
    asset: 'native',
    world: quickBumps,
    node: (scene) => {
      // The node drops the first attempt of each nonce, so that only the bump is mined.
      const dropped = new Map<string, string>()
      const give: Answering = async (request, ask) => {
        const { nonce, to } = read(request)
        const hash = hashOf(request)
        const lane = `${nonce} ${to}`
        if (!dropped.has(lane)) dropped.set(lane, hash)
        return dropped.get(lane) === hash
          ? { result: hash }
          : await ask(request.method, request.params)
      }
      return [
        sends(scene, give),
        { method: lookups, about: scene.concerns, does: { kind: 'answer', give: notFound } },
        { method: lookups, does: { kind: 'answer', give: notFound } },
      ]
    },
  },
  {
    name: 'eth_getTransactionByHash fails, and the first broadcast is lost',
    source: 'gateways that serve no pending transactions',
    node: (scene) => [
      { method: 'eth_getTransactionByHash', by: 'worker', does: { kind: 'error' } },
      {
        method: 'eth_sendRawTransaction',
        about: scene.concerns,
        times: 1,
        does: { kind: 'break' },
      },
    ],
  },
  {
    name: 'the node suggests a tip of 25 gwei, and the operator allows 2 gwei',
    source: 'Polygon, bor',
    bystander: 'after',
    node: () => [
      {
        method: 'eth_maxPriorityFeePerGas',
        does: { kind: 'forge', change: () => `0x${(25n * gwei).toString(16)}` },
      },
    ],
    expect: {
      meanwhile: {
        state: 'waiting(gas-price)',
        detail: /the node asks for a tip of 25 gwei, gas\.maxPriorityFeeGwei allows 2 gwei/,
      },
    },
  },
  {
    name: 'the node suggests a tip of 1 gwei and refuses a tip below 25 gwei',
    source: 'Polygon, bor',
    node: (scene) => [
      sends(scene, (request) => refusal(tipWords(read(request).maxPriorityFeePerGas ?? 0n))),
    ],
    expect: {
      meanwhile: {
        state: 'waiting(gas-price)',
        detail: /the node asks for a tip of 25 gwei, gas\.maxPriorityFeeGwei allows 2 gwei/,
      },
      metrics: { coldsweep_refused_transactions_total: 1 },
    },
  },
  {
    name: 'a plain transfer takes 60,000 gas from the first block on',
    source: 'zkSync, Filecoin, Arbitrum Nova',
    // The timer gives the row its own deployment, because the row's rules affect all transfers.
    world: { timers: { keeperWatchSeconds: 61 } },
    bystander: 'after',
    pay: async (scene) => {
      await forgetTransferGas(scene)
      await scene.pay()
    },
    node: dearTransfers,
  },
  {
    name: 'a plain transfer takes 60,000 gas, but 21,000 were measured before; config check measures again',
    source: 'zkSync, Filecoin, Arbitrum Nova',
    // The timer gives the row its own deployment.
    world: { timers: { keeperWatchSeconds: 62 } },
    bystander: 'after',
    pay: async (scene) => {
      await forgetTransferGas(scene)
      await scene.world.d.sql`
        insert into transfer_gas (chain_id, gas, block_number, measured_by)
        values (${scene.world.d.devnet.chainId}, 21000, 1, 'config check')`
      await scene.pay()
    },
    node: dearTransfers,
    expect: {
      meanwhile: {
        state: 'waiting(gas-limit)',
        detail: /gas limit 21000 is signed, the node requires 60000/,
      },
      release: async ({ world }) => {
        // On a busy machine a check may report the slow node as `down`, so the check is repeated.
        await eventually(
          () => world.d.cli('config', 'check'),
          ({ stdout }) => stdout.includes('60000 gas here'),
        )
      },
    },
  },
  {
    name: 'the gas limit that the node requires rises between plan and broadcast',
    source: 'Arbitrum, cowprotocol/services #2795',
    node: (scene) => {
      let signed: bigint | undefined
      const give: Answering = async (request, ask) => {
        const { gas = 0n, data = '0x' } = read(request)
        if (data === '0x') return await ask(request.method, request.params)
        signed ??= gas
        return gas <= signed
          ? refusal('intrinsic gas too low')
          : await ask(request.method, request.params)
      }
      return [
        sends(scene, give),
        {
          method: 'eth_estimateGas',
          about: scene.concerns,
          does: {
            kind: 'forge',
            change: (honest) => (signed === undefined ? honest : `0x${signed.toString(16)}`),
          },
        },
      ]
    },
  },
  {
    name: 'the node returns a hash for a transaction that its pool drops',
    source: 'geth 1.17.10',
    node: (scene) => [sends(scene, (request) => ({ result: hashOf(request) }))],
    expect: {
      meanwhile: { state: 'waiting(send-refused)', detail: /rejected silently: .*0x[0-9a-f]{64}/ },
    },
  },
  {
    name: 'eth_getTransactionByHash returns only mined transactions, and two wallets need gas',
    source: 'op-geth that forwards to a sequencer, cdk-erigon #859, nethermind #1913',
    // The lane loop polls several times between two blocks.
    world: { anvil: { blockTimeSeconds: 5 } },
    pay: async (scene) => {
      await scene.pay()
      const { d, tokenOf } = scene.world
      await d.devnet.payToken(tokenOf(plainToken), (await d.addWallet()).address, neighboursAmount)
    },
    node: () => [
      {
        method: 'eth_getTransactionByHash',
        does: { kind: 'forge', change: (found) => (isMined(found) ? found : null) },
      },
    ],
    expect: {
      meanwhile: async ({ world }) => {
        const [row] = await world.d.sql`
          select count(*)::int as done from deposits where state = 'done' and asset <> 'native'`
        return row?.['done'] === 2
      },
      arrives: (paid) => paid + neighboursAmount,
      also: async ({ world }) => {
        const metrics = await readMetrics(world)
        const refused = metricOf(metrics, 'coldsweep_refused_transactions_total')
        if (refused > 0) throw new Error(`${refused} transactions were called refused`)
        if (/coldsweep_parked_total\{reason="send-refused"/.test(metrics))
          throw new Error('a sweep was parked behind a transaction that nothing refuses')
      },
    },
  },
  {
    name: 'the pool refuses every broadcast of a native sweep',
    source: 'geth, EIP-7702: a delegated account’s in-flight limit',
    asset: 'native',
    node: (scene) => [
      sends(scene, () => refusal('in-flight transaction limit reached for delegated accounts')),
    ],
    expect: {
      meanwhile: {
        state: 'waiting(send-refused)',
        detail: /sender-limit\): "in-flight transaction limit reached/,
      },
    },
  },
]
