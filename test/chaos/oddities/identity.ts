import { forgedLogs } from '../../harness/proxies/forgeries.ts'
import type { Oddity } from '../frame/oddity.ts'
import { rescanPayments } from '../frame/rescan.ts'
import type { Scene } from '../frame/scene.ts'
import {
  blockMethods,
  changed,
  type Fields,
  hex,
  inTransactions,
  oneMoreLogBefore,
  shifted,
} from './shapes.ts'

/**
 * Rows about nodes that list or number logs and transactions differently. A deposit's id and the
 * arrived amount must not depend on that.
 */

/** @throws if a rescan changes the row's deposits */
async function rescanAddsNothing(scene: Scene): Promise<void> {
  const rows = () => scene.world.d.sql`
    select id, state, amount, event_seq from deposits where wallet = ${scene.wallet} order by id`
  const before = await rows()
  await rescanPayments(scene)
  const after = await rows()
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    throw new Error(`a rescan changed ${JSON.stringify(before)} to ${JSON.stringify(after)}`)
  }
}

const one = 10n ** 18n

const farAway = changed((of) => ({ ...of, transactionIndex: '0xffffffffffffffff' }))

/** @throws if the keeper's gas payment to the row's wallet is a deposit */
async function keepersCoinIsNoDeposit({ world, wallet }: Scene): Promise<void> {
  const rows = await world.d.sql`
    select id from deposits where wallet = ${wallet} and asset = 'native'`
  if (rows.length > 0) throw new Error(`gas of the keeper is the deposit ${rows[0]?.['id']}`)
}

export const identity: readonly Oddity[] = [
  {
    name: 'a token pays interest to the wallet inside the transfer of the sweep',
    source: 'aave-v3-core #745',
    asset: { contract: 'interest-token', symbol: 'YIELD' },
    async pay(scene) {
      const token = scene.world.tokenOf({ contract: 'interest-token', symbol: 'YIELD' })
      await scene.world.d.devnet.call(token, 'owe', [scene.wallet, one])
      await scene.pay()
    },
    expect: { deposits: 2, arrives: (paid) => paid + one },
  },
  {
    name: 'after a resync, a node lists one more log before the transfer',
    source: 'erigon #18656, erigon #19406',
    node: (scene) => [
      {
        method: 'eth_getTransactionReceipt',
        during: ['plan', 'send', 'finality', 'over'],
        about: scene.concerns,
        does: { kind: 'forge', change: oneMoreLogBefore },
      },
      {
        method: 'eth_getLogs',
        during: ['plan', 'send', 'finality', 'over'],
        about: scene.concerns,
        does: { kind: 'forge', change: shifted(1) },
      },
    ],
    expect: { also: rescanAddsNothing },
  },
  {
    name: 'the logIndex in a log search is 7 higher than in the receipt',
    source: 'bsc-erigon #803, lotus #12254',
    node: () => [{ method: 'eth_getLogs', does: { kind: 'forge', change: shifted(7) } }],
    expect: { also: rescanAddsNothing },
  },
  {
    name: 'logIndex counts from 0 in each receipt',
    source: 'lotus #12254',
    node: () => [
      {
        method: 'eth_getTransactionReceipt',
        does: {
          kind: 'forge',
          change: (honest) => {
            const receipt = honest as Fields | null
            const logs = receipt?.['logs'] as Fields[] | undefined
            return logs
              ? { ...receipt, logs: logs.map((log, n) => ({ ...log, logIndex: hex(n) })) }
              : honest
          },
        },
      },
      { method: 'eth_getLogs', does: { kind: 'forge', change: shifted(3) } },
    ],
  },
  {
    name: 'a log search lists the logs of a block in the reverse order',
    source: 'log indexes of gateways',
    node: () => [
      {
        method: 'eth_getLogs',
        does: { kind: 'forge', change: forgedLogs((logs) => logs.toReversed()) },
      },
    ],
  },
  {
    name: 'balanceOf at a block below the head returns 0, as if the state were pruned',
    source: 'bsc #1072',
    node: (scene) => [
      {
        method: 'eth_call',
        by: 'worker',
        during: 'finality',
        about: async (request) =>
          /70a08231/.test(JSON.stringify(request.params)) && (await scene.concerns(request)),
        does: { kind: 'forge', change: () => `0x${'0'.repeat(64)}` },
      },
    ],
  },
  {
    name: 'receipts have a transactionIndex that no block contains',
    source: 'erigon #21658, cosmos/evm #1032',
    node: () => [{ method: 'eth_getTransactionReceipt', does: { kind: 'forge', change: farAway } }],
  },
  {
    name: 'receipts and blocks have a transactionIndex that is too high for every block',
    source: 'erigon #21658, cosmos/evm #1032',
    asset: 'native',
    node: () => [
      { method: 'eth_getTransactionReceipt', does: { kind: 'forge', change: farAway } },
      { method: blockMethods, does: { kind: 'forge', change: inTransactions(farAway) } },
    ],
  },
  {
    name: 'blocks and receipts contain another form of the keeper’s address',
    source: 'hiero-json-rpc-relay #2128',
    node: ({ world }) => {
      const change = changed((one) => {
        const isKeepers = String(one['from']).toLowerCase() === world.d.keeper.toLowerCase()
        return isKeepers ? { ...one, from: `0x${'0'.repeat(34)}35eeb8` } : one
      })
      return [
        {
          method: blockMethods,
          by: 'scanner',
          does: { kind: 'forge', change: inTransactions(change) },
        },
        { method: 'eth_getTransactionReceipt', by: 'scanner', does: { kind: 'forge', change } },
      ]
    },
    expect: { also: keepersCoinIsNoDeposit },
  },
]
