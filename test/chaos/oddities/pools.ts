import { keccak256, parseTransaction, type TransactionSerialized } from 'viem'
import type { RpcAnswer, RpcRequest } from '../../harness/proxies/faults.ts'
import { collectEvents } from '../../harness/services/collect-events.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import type { NodeRule, Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'

/** Rows about pools that accept a transaction although no block includes it. */

/** A broadcast attempt. `lane` is its nonce and recipient, which a bump does not change. */
interface Read {
  readonly hash: string
  readonly lane: string
  readonly maxFeeWei: bigint
  readonly isToken: boolean
}

function read({ params }: RpcRequest): Read {
  const raw = params[0] as TransactionSerialized
  const { nonce, to, maxFeePerGas = 0n, data = '0x' } = parseTransaction(raw)
  return {
    hash: keccak256(raw),
    lane: `${nonce} ${to}`,
    maxFeeWei: maxFeePerGas,
    isToken: data !== '0x',
  }
}

interface Pool {
  /**
   * Decides on a broadcast: `hold` keeps it in the pool, and `undefined` forwards it to the node.
   * @param first the attempt that the pool holds for the same nonce and recipient, if any
   */
  judge(sent: Read, first: Read | undefined): 'hold' | RpcAnswer | undefined
}

/** Puts a pool in front of the node. The pool shows held transactions as pending, in no block. */
function pool(scene: Scene, { judge }: Pool): readonly NodeRule[] {
  const held = new Map<string, Read>()
  const isHeld = (hash: unknown) => [...held.values()].some((it) => it.hash === hash)
  return [
    {
      method: 'eth_sendRawTransaction',
      about: scene.concerns,
      does: {
        kind: 'answer',
        give: async (request, ask) => {
          const sent = read(request)
          const answer = judge(sent, held.get(sent.lane))
          if (answer === undefined) return await ask(request.method, request.params)
          if (answer !== 'hold') return answer
          held.set(sent.lane, sent)
          return { result: sent.hash }
        },
      },
    },
    {
      method: 'eth_getTransactionByHash',
      about: ({ params }) => isHeld(params[0]),
      does: {
        kind: 'answer',
        give: ({ params }) => ({ result: { hash: params[0], blockHash: null, blockNumber: null } }),
      },
    },
  ]
}

const holdAll = (scene: Scene) => pool(scene, { judge: () => 'hold' })
const bumpsAfterThree = (gas: Readonly<Record<string, unknown>>) => ({
  chain: { gas: { maxFeeGwei: 200, maxPriorityFeeGwei: 2, bumpAfterBlocks: 3, ...gas } },
})

const gasRounds = async ({ world, wallet }: Scene) => {
  const rows = await world.d.sql`
    select 1 from transactions t join sweeps s on s.id = t.sweep_id
    where s.wallet = ${wallet} and t.step = 'gas'`
  return rows.length
}

const buses = new WeakMap<Scene, Awaited<ReturnType<typeof collectEvents>>>()

/** Subscribes to the events first, so that no event of the row's deposit is missed. */
async function payHeard(scene: Scene): Promise<void> {
  buses.set(scene, await collectEvents(scene.world.d.env))
  await scene.pay()
}

/**
 * Waits for the event `sweep.waiting`, because a poll could miss a state that ends soon.
 */
async function hasWaitedForGasPrice(scene: Scene, detail: RegExp): Promise<void> {
  const bus = buses.get(scene)
  if (!bus) throw new Error('nobody listened when the row was paid')
  const heard = () =>
    bus.events.flatMap(({ type, data }) =>
      type === 'sweep.waiting' && scene.names(data) && data?.['reason'] === 'gas-price'
        ? [String(data['detail'])]
        : [],
    )
  try {
    await eventually(heard, (details) => details.some((one) => detail.test(one)))
  } finally {
    await bus.close()
  }
}

export const pools: readonly Oddity[] = [
  {
    name: 'the node rejects a replacement of a sweep that raises the fee by less than 60 %',
    source: 'besu #3128 (30 %), erigon, nethermind',
    world: bumpsAfterThree({}),
    node: (scene) =>
      pool(scene, {
        judge: (sent, first) => {
          if (!sent.isToken) return undefined
          if (!first || first.hash === sent.hash) return 'hold'
          if (sent.maxFeeWei * 10n >= first.maxFeeWei * 16n) return undefined
          return { error: { code: -32000, message: 'replacement transaction underpriced' } }
        },
      }),
    pay: payHeard,
    // The node does not change. Only the bumps bring the sweep into a block.
    expect: {
      also: async (scene) => {
        await hasWaitedForGasPrice(
          scene,
          // The event has the text of the first report. A later report adds the gas round, which
          // is checked below.
          /unmined for \d+ blocks: .* are signed, the market price is .* \(funded\)$/,
        )
        const rounds = await gasRounds(scene)
        if (rounds < 2) throw new Error(`${rounds} gas round was signed`)
      },
    },
  },
  {
    name: 'the pool holds a sweep that no block includes, and the fee ceiling allows no bump',
    source: 'besu #3128',
    asset: 'native',
    world: bumpsAfterThree({ maxFeeGwei: 3, maxPriorityFeeGwei: 3 }),
    node: holdAll,
    expect: {
      meanwhile: {
        state: 'waiting(gas-price)',
        detail:
          /^the next bump takes [\d.]+ gwei per gas, the ceiling is 3 gwei \(gas\.maxFeeGwei\); unmined for \d+ blocks: /,
      },
    },
  },
  {
    name: 'the pool holds the gas transaction of a token sweep, and no block includes it',
    source: 'besu #3128',
    world: bumpsAfterThree({}),
    bystander: 'after',
    node: holdAll,
    expect: {
      meanwhile: {
        state: 'funding',
        detail:
          /^unmined for \d+ blocks: .* are signed, the market price is .*, the cap is 200 gwei \(gas\.maxFeeGwei\)$/,
      },
    },
  },
]
