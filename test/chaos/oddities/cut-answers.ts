import type { Address } from 'viem'
import { inOneBlock } from '../../harness/devnet/in-one-block.ts'
import type { NodeRule, Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'
import type { TokenSpec } from '../frame/world-spec.ts'
import type { Fields } from './shapes.ts'

/** Rows about log searches that omit logs without an error. */

const busy: TokenSpec = { contract: 'phantom-token', symbol: 'BUSY' }
const nobody: Address = `0x${'77'.repeat(20)}`
const paid = 3n * 10n ** 18n + 17n

/** Pays in one block with third-party transfers before and after the payment. */
const payBetween = (before: number, behind: number) => async (scene: Scene) => {
  const token = scene.world.tokenOf(busy)
  const others = (count: number) => ({ token, call: 'phantoms', args: [nobody, 1n, BigInt(count)] })
  const payment = { token, call: 'mint', args: [scene.wallet, paid] }
  const calls = [others(before), payment, others(behind)]
  const [, hash] = await inOneBlock(scene.world.d.devnet, calls, 1)
  if (hash) scene.notePayment({ hash, amount: paid })
}

const searches = (
  change: (logs: readonly Fields[]) => readonly Fields[],
  at: NodeRule['at'] = 'all',
): NodeRule => ({
  method: 'eth_getLogs',
  by: 'scanner',
  at,
  does: { kind: 'forge', change: (honest) => honest && change(honest as Fields[]) },
})

const metrics = { coldsweep_cut_log_answers_total: 1 }

export const cutAnswers: readonly Oddity[] = [
  {
    name: 'a log search returns only the first 50 logs of a block',
    source: 'hiero-json-rpc-relay #673, vechain #1049, smartbch #54',
    asset: busy,
    pay: payBetween(60, 2),
    node: () => [searches((logs) => logs.slice(0, 50))],
    expect: { metrics, logs: [/omitted logs from an answer/] },
  },
  {
    name: 'a log search returns only the last 50 logs of a block',
    source: 'hiero-json-rpc-relay #673, vechain #1049, smartbch #54',
    asset: busy,
    pay: payBetween(2, 60),
    node: () => [searches((logs) => logs.slice(-50))],
    // The log line is written at most once a minute, so this row does not expect it.
    expect: { metrics },
  },
]

/**
 * Row about one of two endpoints. `transport.test.ts` runs it, because its table has such a world.
 */
export const hiddenByOne: Oddity = {
  name: 'one endpoint of two omits a transfer from every log search',
  source: 'hiero-json-rpc-relay #673',
  world: { endpoints: 2, chain: { rpcQuorum: 1 } },
  asset: busy,
  pay: payBetween(2, 2),
  node: (scene) => [searches((logs) => logs.filter((log) => !scene.names(log)), 0)],
}
