import { encodeFunctionData, type Hash } from 'viem'
import { eventually } from '../../harness/waiting/eventually.ts'
import type { Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'
import { plainToken } from '../frame/world-spec.ts'

/** Rows about logs that a third party can emit with the gas of a whole block. */

const logs = 30_500
const amount = 3n * 10n ** 18n

/** Pays a deposit whose receipt starts with 30,500 empty logs, then an ordinary deposit. */
async function payBehindLogs(scene: Scene): Promise<void> {
  const { devnet } = scene.world.d
  const token = scene.world.tokenOf(plainToken)
  const { address: to, abi } = await devnet.deployContract('flooder')
  await devnet.call(token, 'mint', [to, amount])
  const args = [logs, token.address, scene.wallet, amount]
  const data = encodeFunctionData({ abi, functionName: 'flood', args })
  const [from] = (await devnet.request('eth_accounts')) as string[]
  const request = { from, to, data, gas: '0xf42400' }
  const hash = (await devnet.request('eth_sendTransaction', [request])) as Hash
  // viem's clients can't read such a large receipt, so this waits for the transaction.
  await eventually(
    () => devnet.request('eth_getTransactionByHash', [hash]),
    (found) => (found as { blockNumber: string | null } | null)?.blockNumber != null,
  )
  scene.notePayment({ hash, amount })
  await scene.pay()
}

/** @throws if a deposit's position is not the index of its log in the whole receipt */
async function hasPlaces({ world, payments }: Scene): Promise<void> {
  const [flood, later] = payments.map(({ hash }) => hash)
  for (const id of [`${flood}:${logs}`, `${later}:0`]) {
    const [row] = await world.d.sql`
      select 1 from deposits where id = ${`${world.d.devnet.chainId}:${id}`}`
    if (!row) throw new Error(`no deposit is at ${id}`)
  }
}

export const strangers: readonly Oddity[] = [
  {
    name: 'a contract emits 30,500 empty logs before a payment, so the receipt has 11 MB',
    source: 'viem: maxResponseBodySize',
    pay: payBehindLogs,
    expect: { also: hasPlaces },
  },
]
