import { encodeFunctionData, type Hash, toHex } from 'viem'
import type { AskNode, RpcRequest } from '../../harness/proxies/faults.ts'
import type { NodeRule, Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'
import { plainToken, type TokenSpec } from '../frame/world-spec.ts'
import { oneMoreLogBefore } from './shapes.ts'

const doubling: TokenSpec = { contract: 'doubling-token', symbol: 'TWICE' }
const interest: TokenSpec = { contract: 'interest-token', symbol: 'EARNS' }
const unit = 10n ** 18n

/**
 * Amount of a second deposit. The block with the sweep of the first deposit also contains the
 * second deposit, before the sweep.
 */
const second = 7n * unit + 7_000n

/**
 * Stops mining when a sweep is broadcast, and pays a second deposit with a higher tip. The next
 * block then contains the second deposit before the sweep.
 */
function depositBeforeSweep(scene: Scene): NodeRule {
  return {
    method: 'eth_sendRawTransaction',
    during: 'send',
    times: 1,
    about: async (request) => (await scene.phase()) === 'send' && (await isSweep(scene, request)),
    does: {
      kind: 'answer',
      async give({ method, params }, ask) {
        const { devnet } = scene.world.d
        const { address, abi } = scene.world.tokenOf(plainToken)
        const [from] = (await devnet.request('eth_accounts')) as Hash[]
        await devnet.request('evm_setIntervalMining', [0])
        const args = [scene.wallet, second]
        const data = encodeFunctionData({ abi, functionName: 'transfer', args })
        const tip = toHex(90n * 10n ** 9n)
        const fees = { maxFeePerGas: toHex(190n * 10n ** 9n), maxPriorityFeePerGas: tip }
        const payment = { from, to: address, data, gas: '0x186a0', ...fees }
        const hash = (await devnet.request('eth_sendTransaction', [payment])) as Hash
        scene.notePayment({ hash, amount: second })
        const answer = await ask(method, params)
        await devnet.request('evm_mine')
        await devnet.request('anvil_setIntervalMining', [1])
        return answer
      },
    },
  }
}

/** Whether coldsweep signed the broadcast transaction with the key of the chaos row's wallet. */
async function isSweep({ world, wallet }: Scene, { params }: RpcRequest): Promise<boolean> {
  const raw = String(params[0]).slice(2)
  const [row] = await world.d.sql`
    select 1 from attempts a join transactions t on t.key = a.transaction_key
    where t.sender = ${wallet} and a.raw = ${Buffer.from(raw, 'hex')}`
  return row !== undefined
}

/**
 * After the sweep is mined, `balanceOf` returns 0 to the worker for each block that is two or more
 * below the head, as if the block's state were pruned.
 */
function prunedBalances(scene: Scene): NodeRule {
  return {
    method: 'eth_call',
    by: 'worker',
    during: 'finality',
    about: ({ params: [call] }) => JSON.stringify(call).includes(balanceOf(scene.wallet)),
    does: {
      kind: 'answer',
      async give({ method, params }, ask) {
        const answer = await ask(method, params)
        return (await isOld(params, ask)) ? { result: `0x${'0'.repeat(64)}` } : answer
      },
    },
  }
}

const balanceOf = (holder: string) => `0x70a08231${holder.slice(2).padStart(64, '0')}`

async function isOld([, at]: readonly unknown[], ask: AskNode): Promise<boolean> {
  const { blockHash } = (at ?? {}) as { blockHash?: string }
  if (!blockHash) return false
  const head = BigInt((await ask('eth_blockNumber', [])).result as string)
  const block = (await ask('eth_getBlockByHash', [blockHash, false])).result
  const { number } = (block ?? {}) as { number?: string }
  return number !== undefined && head - BigInt(number) >= 2n
}

/**
 * Interest of 2 units. The token logs the interest inside the sweep's transaction, before the
 * sweep's transfer. With `owe`, that transaction also adds the interest to the balance. With
 * `grow`, the balance contains the interest before the sweep.
 */
const interestOf = (by: 'owe' | 'grow'): Pick<Oddity, 'asset' | 'pay' | 'expect'> => ({
  asset: interest,
  async pay(scene) {
    const token = scene.world.tokenOf(interest)
    await scene.world.d.devnet.call(token, by, [scene.wallet, 2n * unit])
    await scene.pay(3n * unit)
  },
  expect: { deposits: 2, arrives: (paid) => paid + 2n * unit },
})

/** Rows about the amount that arrives in the cold wallet, and about `balanceOf` results of 0. */
export const arrival: readonly Oddity[] = [
  {
    name: 'a token logs a transfer as a burn and a mint',
    source: 'compound-finance/comet #252',
    asset: { contract: 'burn-mint-token', symbol: 'COMET' },
  },
  {
    name: 'a token logs the sweep twice and moves it once',
    source: 'taiko #14686',
    asset: doubling,
    async pay(scene) {
      const token = scene.world.tokenOf(doubling)
      const amount = 3n * unit
      await scene.world.d.devnet.call(token, 'setTimes', [2])
      // The token logs a mint once.
      const args = [scene.wallet, amount]
      scene.notePayment({ hash: await scene.world.d.devnet.call(token, 'mint', args), amount })
    },
    expect: {
      differences: [/^arrival .*sweep sent 3\d+, and the token logged 6\d+ to the cold wallet/],
    },
  },
  {
    name: 'a token pays interest inside the sweep, before the transfer of the sweep',
    source: 'aave-v3-core #745',
    ...interestOf('owe'),
  },
  {
    name: 'a sweep moves a deposit and its interest; the receipt that the scanner reads has one more log before the transfers',
    source: 'aave-v3-core #745, erigon #18656',
    ...interestOf('grow'),
    node: (scene) => [
      {
        method: 'eth_getTransactionReceipt',
        by: 'scanner',
        about: scene.concerns,
        does: { kind: 'forge', change: oneMoreLogBefore },
      },
    ],
  },
  {
    name: 'balanceOf returns 0 below the head, and a block contains a second deposit before the sweep of the first',
    source: 'bsc #1072',
    async pay(scene) {
      const { devnet } = scene.world.d
      const [payer] = (await devnet.request('eth_accounts')) as Hash[]
      await devnet.call(scene.world.tokenOf(plainToken), 'mint', [payer, second])
      await scene.pay()
    },
    node: (scene) => [prunedBalances(scene), depositBeforeSweep(scene)],
    // The second payment is made while the sweep of the first payment is broadcast.
    expect: {
      deposits: 2,
      also: async ({ world, wallet }) => {
        const rows = await world.d.sql`
          select distinct sweep_id from deposits where wallet = ${wallet}`
        if (rows.length !== 2) throw new Error('the second deposit went with the first sweep')
        const [placed] = await world.d.sql`
          select 1 from deposits d join sweeps s on s.wallet = d.wallet and s.id <> d.sweep_id
          where d.wallet = ${wallet} and s.block_number = d.block_number
            and s.tx_index > d.tx_index`
        if (!placed) throw new Error('the second deposit is not before the sweep in its block')
      },
    },
  },
]
