import type { RpcRequest } from '../../harness/proxies/faults.ts'
import type { NodeRule, Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'

const transferSelector = '0xa9059cbb'

/**
 * Returns a matcher of calls that simulate or estimate a token transfer from the scene's wallet.
 */
const isTransferOf =
  (scene: Scene) =>
  ({ params }: RpcRequest): boolean => {
    const call = params[0] as { from?: string; data?: string } | undefined
    return call?.from?.toLowerCase() === scene.wallet && !!call.data?.startsWith(transferSelector)
  }

const refusesTransfer = (
  scene: Scene,
  method: 'eth_call' | 'eth_estimateGas',
  does: NodeRule['does'],
): readonly NodeRule[] => [{ method, by: 'worker', about: isTransferOf(scene), does }]

const revert = (code: number, message: string, data?: string): NodeRule['does'] => ({
  kind: 'answer',
  give: () => ({ error: { code, message, ...(data === undefined ? {} : { data }) } }),
})

/** The simulation of the sweep's transfer reverts, so the deposit needs attention. */
const reverts = (name: string, source: string, does: NodeRule['does']): Oddity => ({
  name: `the simulation of a transfer fails with ${name}`,
  source,
  node: (scene) => refusesTransfer(scene, 'eth_call', does),
  expect: { end: { state: 'needs-attention(token-refused)', detail: /transfer reverts: / } },
})

const wei = 10n ** 17n

/** The plan of a token sweep fails. Meanwhile the native coin of the same wallet is swept. */
const keepsFailing = (
  name: string,
  source: string,
  method: 'eth_call' | 'eth_estimateGas',
  does: NodeRule['does'],
  detail: string,
): Oddity => ({
  name,
  source,
  node: (scene) => refusesTransfer(scene, method, does),
  async pay(scene) {
    await scene.pay()
    const hash = await scene.world.d.devnet.payWei(scene.wallet, wei)
    scene.notePayment({ hash, amount: wei })
  },
  expect: {
    meanwhile: {
      state: /^(waiting\(step-failed plan\)|done)$/,
      detail: new RegExp(`^(|try \\d+ failed; retrying: .*${detail}.*)$`),
    },
    arrives: (paid) => paid - wei,
  },
})

/** Rows about errors of nodes: reverted calls, limits of providers, and missing methods. */
export const limits: readonly Oddity[] = [
  reverts('invalid opcode: INVALID', 'graph-node #1744', revert(-32000, 'invalid opcode: INVALID')),
  reverts(
    'VM execution error.',
    'graph-node #1744',
    revert(-32015, 'VM execution error.', 'Reverted 0x'),
  ),
  reverts(
    'VM execution error. with BadInstruction',
    'graph-node #1744',
    revert(-32015, 'VM execution error.', 'BadInstruction'),
  ),
  keepsFailing(
    'the simulation of a token’s transfer ends in HTTP 504',
    'graph-node #1744',
    'eth_call',
    { kind: 'http', status: 504 },
    'ChainUnreachable: .*504',
  ),
  keepsFailing(
    'the gas estimate of a token’s transfer exceeds the provider’s gas cap',
    'geth, alchemy, ankr',
    'eth_estimateGas',
    revert(-32000, 'gas required exceeds allowance (10000000)'),
    'gas required exceeds allowance',
  ),
  {
    name: 'a gas estimate uses the state before the deposit, and the simulation uses the state after it',
    source: 'besu #7414, skaled #1746',
    node: (scene) =>
      refusesTransfer(
        scene,
        'eth_estimateGas',
        revert(3, 'execution reverted: ERC20: transfer amount exceeds balance'),
      ).map((rule) => ({ ...rule, times: 1 })),
  },
  {
    name: 'a log search over more than eight blocks ends in HTTP 504',
    source: 'ponder #2386',
    node: () => [
      {
        method: 'eth_getLogs',
        by: 'scanner',
        about: ({ params }) => {
          const { fromBlock, toBlock } = params[0] as { fromBlock?: string; toBlock?: string }
          return Number(toBlock) - Number(fromBlock) >= 8
        },
        does: { kind: 'http', status: 504 },
      },
    ],
  },
  {
    name: 'the node refuses eth_maxPriorityFeePerGas and eth_gasPrice with a non-standard error',
    source: 'hiero-json-rpc-relay #3487',
    node: () => [
      {
        method: ['eth_maxPriorityFeePerGas', 'eth_gasPrice'],
        by: 'worker',
        does: revert(-32600, 'Unsupported method'),
      },
    ],
  },
  {
    name: 'eth_maxPriorityFeePerGas returns 0x, and eth_feeHistory is not implemented',
    source: 'hiero-json-rpc-relay #3487',
    asset: 'native',
    node: () => [
      {
        method: 'eth_maxPriorityFeePerGas',
        by: 'worker',
        does: { kind: 'forge', change: () => '0x' },
      },
      { method: 'eth_feeHistory', by: 'worker', does: revert(-32000, 'not implemented') },
    ],
  },
]
