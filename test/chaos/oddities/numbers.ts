import type { Oddity } from '../frame/oddity.ts'
import { blockMethods, changed, withNull, without } from './shapes.ts'

/** Rows about prices that a node omits or reports as 0. A missing number must not be read as 0. */

/** Row about receipts without a usable gas price. */
const priceless = (name: string, value: unknown, asset: 'native' | undefined): Oddity => ({
  name: `effectiveGasPrice is ${name}`,
  source: 'go-metadium #105, harmony #4844',
  ...(asset ? { asset } : {}),
  node: () => [
    {
      method: 'eth_getTransactionReceipt',
      does: {
        kind: 'forge',
        change:
          value === undefined
            ? without('effectiveGasPrice')
            : changed((receipt) => ({ ...receipt, effectiveGasPrice: value })),
      },
    },
  ],
})

export const numbers: readonly Oddity[] = [
  priceless('null in each receipt of a token’s sweep', null, undefined),
  priceless('0x0 in each receipt of a native sweep', '0x0', 'native'),
  priceless('missing in each receipt of a native sweep', undefined, 'native'),
  {
    name: 'the newest block has no base fee on a chain with EIP-1559',
    source: 'ethermint #853, zq2 #1042',
    node: () => [
      {
        method: blockMethods,
        by: 'worker',
        during: 'plan',
        about: ({ params }) => params[0] === 'latest',
        does: { kind: 'forge', change: withNull('baseFeePerGas') },
      },
    ],
    bystander: 'after',
    expect: { meanwhile: { state: 'waiting(gas-price)', detail: /has no base fee/ } },
  },
  {
    name: 'the newest block has no base fee after the gas transaction of a token sweep is signed',
    source: 'ethermint #853, zq2 #1042',
    node: () => [
      {
        method: blockMethods,
        by: 'worker',
        during: 'send',
        about: ({ params }) => params[0] === 'latest',
        does: { kind: 'forge', change: withNull('baseFeePerGas') },
      },
    ],
    bystander: 'after',
    expect: { meanwhile: { state: 'waiting(gas-price)', detail: /has no base fee/ } },
  },
]
