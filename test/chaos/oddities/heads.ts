import { readFileSync } from 'node:fs'
import { eventually } from '../../harness/waiting/eventually.ts'
import { matches, statesOf } from '../frame/deposit-states.ts'
import type { Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'

/**
 * Rows about a node whose head has stopped. coldsweep must not rely on the old state it returns.
 */

/** The keeper is always funded, so each recorded change of its level is a false alarm. */
async function expectNoAlarm({ world }: Scene): Promise<void> {
  const [watch] = await world.d.sql`select level, changes from keeper_watches`
  if (watch && (watch['level'] !== 'ok' || watch['changes'] !== 0))
    throw new Error(`a false alarm: ${watch['level']}, ${watch['changes']} changes`)
}

interface Block {
  readonly hash: string
}

/**
 * From the payment on, the head of the worker's node stays at a block that the scanner has passed.
 * The node reports 0 ETH for the keeper at this block.
 */
function stuckNode(): Required<Pick<Oddity, 'node' | 'pay'>> {
  let frozen: Block | undefined
  return {
    async pay(scene) {
      const { sql } = scene.world.d
      const height = async () => {
        const [cursor] = await sql<{ height: string }[]>`select height from scan_cursors`
        return BigInt(cursor?.height ?? 0)
      }
      const read = await eventually(height, (at) => at > 1n)
      const { result } = await scene.ask('eth_getBlockByNumber', [
        `0x${(read - 1n).toString(16)}`,
        false,
      ])
      frozen = result as Block
      await scene.pay()
    },
    node: ({ world }) => [
      {
        method: 'eth_getBlockByNumber',
        by: 'worker',
        about: ({ params }) => frozen !== undefined && params[0] === 'latest',
        does: { kind: 'answer', give: () => ({ result: frozen }) },
      },
      {
        method: 'eth_getBalance',
        by: 'worker',
        about: ({ params }) => {
          const [holder, at] = params as [string, { readonly blockHash?: string } | undefined]
          const isKeeper = holder.toLowerCase() === world.d.keeper.toLowerCase()
          return isKeeper && frozen !== undefined && at?.blockHash === frozen.hash
        },
        does: { kind: 'answer', give: () => ({ result: '0x0' }) },
      },
    ],
  }
}

export const heads: readonly Oddity[] = [
  {
    name: 'the head of the node stays at a block in which the keeper was empty',
    source: 'bor #142',
    world: { timers: { keeperWatchSeconds: 1 } },
    ...stuckNode(),
    bystander: 'after',
    expect: {
      meanwhile: async (scene) => {
        await expectNoAlarm(scene)
        const log = readFileSync(scene.world.worker.logFile, 'utf8')
        const states = await statesOf(scene)
        return (
          log.includes('keeper check skipped; node is behind') &&
          states.some((one) =>
            matches(one, { state: 'waiting(rpc-quorum)', detail: /at block \d+, behind/ }),
          )
        )
      },
      also: expectNoAlarm,
    },
  },
]
