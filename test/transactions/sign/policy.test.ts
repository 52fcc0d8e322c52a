import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import type { SignedFees } from '../../../domain/chains/fees.ts'
import type { Intent } from '../../../domain/lanes/transaction.ts'
import { PolicyRefused } from '../../../domain/money-errors.ts'
import { buildTransaction, senderOf } from '../../../transactions/sign/policy.ts'
import {
  aChain,
  coldWallet,
  ether,
  gwei,
  keeper,
  token,
  wallet,
} from '../../harness/factories/a-chain.ts'

const chain = aChain()
const fees: SignedFees = { gasLimit: 60_000n, maxFeeWei: 10n * gwei, maxPriorityFeeWei: gwei }
const fund: Intent = { kind: 'fund-gas', chainId: chain.id, wallet, valueWei: 5n }
const onL1 = { l1FeeWei: 0n, transferGas: 21_000n }
const swept = ether / 100n
const native: Intent = { kind: 'sweep-native', chainId: chain.id, wallet, valueWei: swept }
const retired: Address = `0x${'0d'.repeat(20)}`
const drain: Intent = {
  kind: 'drain-keeper',
  chainId: chain.id,
  wallet: retired,
  to: 'keeper',
  valueWei: 5n,
}
const cancel: Intent = { kind: 'cancel', chainId: chain.id, wallet }
const tokens: Intent = { kind: 'sweep-token', chainId: chain.id, wallet, token, amount: 5n }

describe('buildTransaction (MONEY 18)', () => {
  const common = { chainId: chain.id, feeMode: 'eip1559', nonce: 3n, fees }

  it.each([
    [fund, keeper, { to: wallet, valueWei: 5n, data: '0x' }],
    [native, wallet, { to: coldWallet, valueWei: swept, data: '0x' }],
    [tokens, wallet, { to: token, valueWei: 0n, data: encodeTransfer(coldWallet, 5n) }],
    [drain, retired, { to: keeper, valueWei: 5n, data: '0x' }],
    [{ ...drain, to: 'cold-wallet' }, retired, { to: coldWallet, valueWei: 5n, data: '0x' }],
    [cancel, wallet, { to: wallet, valueWei: 0n, data: '0x' }],
    [{ ...cancel, wallet: keeper }, keeper, { to: keeper, valueWei: 0n, data: '0x' }],
  ] as const)('builds the transaction of a $kind intent', (intent, sender, effect) => {
    expect(buildTransaction(chain, intent, 3n, fees, onL1)).toEqual({ ...common, ...effect })
    expect(senderOf(chain, intent)).toBe(sender)
  })
})

const unregistered: Address = `0x${'5e'.repeat(20)}`
const sneaky = (more: object): Intent => ({ ...native, ...more }) as Intent

const refusals: [string, Intent, Partial<SignedFees> & { nonce?: bigint }][] = [
  ['an intent for another chain', { ...native, chainId: 1 }, {}],
  ['the cold wallet as wallet', { ...native, wallet: coldWallet }, {}],
  ['the cold wallet as a wallet that needs gas', { ...fund, wallet: coldWallet }, {}],
  ['the keeper as wallet', { ...native, wallet: keeper }, {}],
  ['the keeper as its own gas receiver', { ...fund, wallet: keeper }, {}],
  ['a token as wallet', { ...fund, wallet: token }, {}],
  ['a cancel of the cold wallet’s transaction', { ...cancel, wallet: coldWallet }, {}],
  ['a cancel of a token contract’s transaction', { ...cancel, wallet: token }, {}],
  ['a cancel for another chain', { ...cancel, chainId: 1 }, {}],
  ['an unlisted token', { ...tokens, token: unregistered }, {}],
  ['the word native as the token', { ...tokens, token: 'native' as Address }, {}],
  ['a gas payment of 0', { ...fund, valueWei: 0n }, {}],
  ['a negative gas payment', { ...fund, valueWei: -1n }, {}],
  ['a native sweep of 0', { ...native, valueWei: 0n }, {}],
  ['a token sweep of 0', { ...tokens, amount: 0n }, {}],
  ['a token sweep of a negative amount', { ...tokens, amount: -1n }, {}],
  ['an amount above the largest uint256', { ...tokens, amount: 2n ** 256n }, {}],
  ['a fee above the ceiling', native, { maxFeeWei: chain.gas.maxFeeWei + 1n }],
  ['a tip above the max fee', native, { maxPriorityFeeWei: 10n * gwei + 1n }],
  ['a negative tip', native, { maxPriorityFeeWei: -1n }],
  ['a gas limit of 0', native, { gasLimit: 0n }],
  ['a negative nonce', native, { nonce: -1n }],
  [
    'the cold wallet in another spelling as wallet',
    { ...fund, wallet: `0x${'C0'.repeat(20)}` },
    {},
  ],
  [
    'a token in another spelling as wallet',
    { ...fund, wallet: token.toUpperCase() as Address },
    {},
  ],
  ['a wallet that is not an address', { ...fund, wallet: '0x' }, {}],
  ['a drain of the current keeper', { ...drain, wallet: keeper }, {}],
  ['a drain of the cold wallet', { ...drain, wallet: coldWallet }, {}],
  ['a drain of a token contract', { ...drain, wallet: token }, {}],
  ['a drain for another chain', { ...drain, chainId: 1 }, {}],
  ['a drain of 0', { ...drain, valueWei: 0n }, {}],
  ['a drain of a negative value', { ...drain, valueWei: -1n }, {}],
  ['a drain above the largest uint256', { ...drain, valueWei: 2n ** 256n }, {}],
  ['a drain to an address', sneaky({ ...drain, to: unregistered }), {}],
  ['a drain to the cold wallet’s address', sneaky({ ...drain, to: coldWallet }), {}],
  ['a drain without a receiver', sneaky({ ...drain, to: undefined }), {}],
  ['a drain to a receiver in another spelling', sneaky({ ...drain, to: 'Keeper' }), {}],
  ['a drain to a property of Object.prototype', sneaky({ ...drain, to: 'constructor' }), {}],
  ['an unknown kind', sneaky({ kind: 'send', to: unregistered }), {}],
  ['a kind that is a property of Object.prototype', sneaky({ kind: 'constructor' }), {}],
  ['an intent without a kind', sneaky({ kind: undefined }), {}],
]

describe('the signing policy (MONEY 18)', () => {
  it.each(refusals)('refuses %s', (_, intent, { nonce = 0n, ...more }) => {
    const build = () => buildTransaction(chain, intent, nonce, { ...fees, ...more }, onL1)
    expect(build).toThrow(PolicyRefused)
  })

  it('ignores a destination and calldata that an intent carries', () => {
    const built = buildTransaction(
      chain,
      sneaky({ to: unregistered, data: '0xdead' }),
      0n,
      fees,
      onL1,
    )
    expect(built).toMatchObject({ to: coldWallet, data: '0x' })
  })
})

const addresses = fc.constantFrom(wallet, coldWallet, keeper, token, unregistered, retired)
const receivers = fc.oneof(addresses, fc.constantFrom('keeper', 'cold-wallet', 'Keeper', ''))
const amounts = fc.bigInt({ min: -1n, max: 2n ** 257n })
const intents: fc.Arbitrary<Intent> = fc
  .record({
    kind: fc.constantFrom(
      'fund-gas',
      'sweep-native',
      'sweep-token',
      'drain-keeper',
      'cancel',
      'send',
    ),
    chainId: fc.constantFrom(chain.id, 1),
    wallet: addresses,
    token: addresses,
    to: receivers,
    amount: amounts,
    valueWei: amounts,
  })
  .map((drawn) => drawn as unknown as Intent)
const someFees = fc.record({
  gasLimit: fc.oneof(
    fc.bigInt({ min: -1n, max: 110_000n }),
    fc.bigInt({ min: 100_000n, max: 1_000_000n }),
  ),
  maxFeeWei: fc.bigInt({ min: -1n, max: 300n * gwei }),
  maxPriorityFeeWei: fc.bigInt({ min: -1n, max: 300n * gwei }),
})

it('builds only sweeps to the cold wallet, gas for the wallet, drains to keeper or cold wallet, and cancels of value 0 (MONEY 18)', () => {
  let built = 0
  fc.assert(
    fc.property(intents, someFees, (intent, drawnFees) => {
      const transaction = attempt(intent, drawnFees)
      if (!transaction) return
      built += 1
      const { to, valueWei, data } = transaction
      expect(transaction.fees.maxFeeWei <= chain.gas.maxFeeWei).toBe(true)
      expect(transaction.chainId).toBe(chain.id)
      expect([coldWallet, token]).not.toContain(intent.wallet)
      if (intent.kind === 'cancel') {
        expect([to, valueWei, data]).toEqual([intent.wallet, 0n, '0x'])
        return
      }
      expect(intent.wallet).not.toBe(keeper)
      if (intent.kind === 'fund-gas') expect([to, data]).toEqual([intent.wallet, '0x'])
      else if (intent.kind === 'drain-keeper') {
        const receiver = { keeper, 'cold-wallet': coldWallet }[intent.to]
        expect([to, data]).toEqual([receiver, '0x'])
      } else if (intent.kind === 'sweep-native') expect([to, data]).toEqual([coldWallet, '0x'])
      else {
        expect([to, valueWei]).toEqual([token, 0n])
        expect(data.slice(0, 74)).toBe(encodeTransfer(coldWallet, 0n).slice(0, 74))
      }
    }),
    { numRuns: 20_000 },
  )
  expect(built).toBeGreaterThan(100)
})

function attempt(intent: Intent, drawnFees: SignedFees) {
  try {
    return buildTransaction(chain, intent, 0n, drawnFees, onL1)
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyRefused)
    return undefined
  }
}

it('builds a legacy transaction for a chain with feeMode legacy', () => {
  const built = buildTransaction(aChain({ feeMode: 'legacy' }), native, 0n, fees, onL1)
  expect(built.feeMode).toBe('legacy')
})
