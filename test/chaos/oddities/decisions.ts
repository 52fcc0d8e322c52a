import type { RpcRequest } from '../../harness/proxies/faults.ts'
import type { NodeRule, Oddity } from '../frame/oddity.ts'
import { rescanLast } from '../frame/rescan.ts'
import { refusal } from './shapes.ts'

/**
 * Rows about log searches over many blocks that fail, and about refused calls that a plan needs.
 */

const isWiderThan =
  (blocks: number) =>
  ({ params }: RpcRequest): boolean => {
    const { fromBlock, toBlock } = params[0] as { fromBlock?: string; toBlock?: string }
    return fromBlock !== undefined && Number(toBlock) - Number(fromBlock) >= blocks
  }

const wideSearch = (ending: string, source: string, does: NodeRule['does']): Oddity => ({
  name: `a log search over more than eight blocks ends in ${ending}`,
  source,
  node: () => [{ method: 'eth_getLogs', about: isWiderThan(8), does }],
  // The backfill of the row's new wallet and the rescan search more than eight blocks at once.
  expect: { meanwhile: { state: 'done' }, release: (scene) => rescanLast(scene, 40) },
})

/**
 * The node refuses an RPC call that a plan needs. The token deposit waits, and config check names
 * the call.
 */
const refusesQuestion = (
  name: string,
  source: string,
  rule: Pick<NodeRule, 'method' | 'about'>,
  words: string,
  configCheck: RegExp,
): Oddity => ({
  name,
  source,
  node: () => [{ ...rule, does: { kind: 'answer', give: () => refusal(-32602, words) } }],
  bystander: 'after',
  expect: {
    meanwhile: { state: 'waiting(step-failed plan)', detail: new RegExp(words) },
    configCheck,
  },
})

export const decisions: readonly Oddity[] = [
  wideSearch('HTTP 413', 'gateways', { kind: 'http', status: 413 }),
  wideSearch('a broken connection', 'ponder #2386', { kind: 'break' }),
  refusesQuestion(
    'eth_estimateGas refuses a block parameter',
    'victionchain #455',
    { method: 'eth_estimateGas', about: ({ params }) => params.length > 1 },
    'too many arguments, want at most 1',
    /^fault capability .*endpoints answer eth_estimateGas \(height\), 1 must .*no token sweep is planned/,
  ),
  refusesQuestion(
    'eth_call refuses a block hash',
    'ethrex #6130',
    { method: 'eth_call', about: ({ params }) => typeof params[1] === 'object' },
    'invalid argument 1: hex string without 0x',
    /^fault capability .*endpoints answer eth_call \(\{blockHash\}\), 1 must .*no token sweep is planned/,
  ),
]
