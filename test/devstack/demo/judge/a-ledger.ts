import type { Address, Hex } from 'viem'
import {
  balanceKey,
  type ChainFacts,
  type MinedTransaction,
} from '../../../../devstack/demo/judge/chain-facts.ts'
import type { Parties } from '../../../../devstack/demo/judge/ledger.ts'
import { assetsOf, findAsset } from '../../../../devstack/demo/script/assets.ts'
import type { Sent } from '../../../../devstack/demo/script/sent.ts'

const address = (digit: string): Address => `0x${digit.repeat(40)}`

/** Accounts of the invented chain on which the tests of the demo's judge run. */
export const customer = address('1')
export const cold = address('c')
export const keeper = address('f')
export const alice = address('a')
export const bob = address('b')
export const stranger = address('9')

export const assets = assetsOf(['d', 'e', '7', '8'].map((digit) => address(digit)))
export const plain = findAsset(assets, 'PLAIN')
export const stray = findAsset(assets, 'STRAY')
const plainToken = plain.token as Address

export const parties: Parties = {
  cold,
  keeper,
  wallets: [
    { name: 'alice', address: alice },
    { name: 'bob', address: bob },
  ],
}

export const FEE = 10n
export const ETHER = 10n ** 18n

let drawn = 0

/** Returns a mined payment of native coin that costs the fee `FEE`. `more` overrides its fields. */
export function payment(
  from: Address,
  to: Address,
  valueWei: bigint,
  more: Partial<MinedTransaction> = {},
): MinedTransaction {
  const hash: Hex = `0x${(++drawn).toString(16).padStart(64, '0')}`
  return { hash, from, to, valueWei, feeWei: FEE, ok: true, moves: [], ...more }
}

export function tokenTransfer(
  from: Address,
  to: Address,
  amount: bigint,
  token: Address = plainToken,
): MinedTransaction {
  return payment(from, token, 0n, { moves: [{ token, from, to, amount }] })
}

/**
 * Returns a chain with these transactions and the balances that follow. `wrong` overrides balances.
 */
export function chainOf(
  transactions: MinedTransaction[],
  wrong: Record<string, bigint> = {},
): ChainFacts {
  const balances = new Map<string, bigint>()
  const add = (holder: Address, token: Address | undefined, amount: bigint) => {
    const key = balanceKey(holder, token)
    balances.set(key, (balances.get(key) ?? 0n) + amount)
  }
  for (const holder of [cold, keeper, alice, bob])
    for (const { token } of assets) add(holder, token, 0n)
  for (const { from, to, valueWei, feeWei, ok, moves } of transactions) {
    add(from, undefined, -feeWei - (ok ? valueWei : 0n))
    if (ok && to) add(to, undefined, valueWei)
    for (const move of moves) {
      add(move.from, move.token, -move.amount)
      add(move.to, move.token, move.amount)
    }
  }
  for (const [key, amount] of Object.entries(wrong)) balances.set(key, amount)
  return { height: 10n, transactions, balances }
}

/**
 * Returns transactions by which alice's ETH and bob's tokens reach the cold wallet. The keeper pays
 * bob more gas than his sweep uses.
 */
export function goodStory(): MinedTransaction[] {
  return [
    payment(customer, keeper, 1_000n),
    payment(customer, alice, ETHER),
    tokenTransfer(customer, bob, 5n * ETHER),
    payment(keeper, bob, 25n),
    payment(alice, cold, ETHER - FEE),
    tokenTransfer(bob, cold, 5n * ETHER),
    payment(customer, keeper, 500n),
  ]
}

/** The deposits in `goodStory`, as the demo records them when it pays. */
export const goodSent: Sent[] = [
  { asset: 'ETH', to: alice, amount: ETHER, swept: true },
  { asset: 'PLAIN', to: bob, amount: 5n * ETHER, swept: true },
]
