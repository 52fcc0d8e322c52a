import { describe, expect, it } from 'vitest'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import type { SignedFees } from '../../../domain/chains/fees.ts'
import type { Intent, Transaction } from '../../../domain/lanes/transaction.ts'
import { PolicyRefused } from '../../../domain/money-errors.ts'
import { cancelOf, intentOf } from '../../../transactions/sign/replacement-policy.ts'
import { createSigner } from '../../../transactions/sign/signer.ts'
import { aChain, coldWallet, ether, gwei, token } from '../../harness/factories/a-chain.ts'
import { aMined, anAttempt, aTransaction } from '../../harness/factories/a-transaction.ts'
import { anAccount } from '../../harness/factories/an-account.ts'
import { withRealBytes } from '../../harness/factories/with-real-bytes.ts'
import { keySource } from '../../harness/fakes/key-source.ts'

const keeper = anAccount()
const wallet = anAccount()
const other = anAccount()
const codec = createTransactionCodec()
const chain = aChain({
  gasKeeper: { address: keeper.address, alertBelowWei: 1n, maxInFlight: 16 },
})
const signer = createSigner({
  chain,
  codec,
  keeperKeys: keySource({ [keeper.address]: [keeper.key] }),
  walletKeys: keySource({ [wallet.address]: [wallet.key], [other.address]: [other.key] }),
})

const gasLimit = 21_000n
const signedOnce = (valueWei: bigint) => [
  anAttempt({ valueWei, maxFeeWei: 10n * gwei, maxPriorityFeeWei: gwei }),
]
const gas = await withRealBytes(
  aTransaction({
    step: 'gas',
    sender: keeper.address,
    to: wallet.address,
    valueWei: gwei,
    nonce: 7n,
    attempts: signedOnce(gwei),
  }),
  keeper.key,
)
const native = await withRealBytes(
  aTransaction({
    step: 'sweep',
    sender: wallet.address,
    valueWei: ether,
    nonce: 7n,
    attempts: signedOnce(ether),
  }),
  wallet.key,
)
const tokens = await withRealBytes(
  aTransaction({
    step: 'sweep',
    sender: wallet.address,
    to: token,
    data: encodeTransfer(coldWallet, 5n),
    feeCapWei: 30n * gwei,
    nonce: 7n,
    attempts: signedOnce(0n),
  }),
  wallet.key,
)
/** Returns the transaction as it is after an operator ordered a cancel. */
const asked = (transaction: Transaction): Transaction => ({ ...transaction, cancelReason: 'asked' })
const fees: SignedFees = { gasLimit, maxFeeWei: 20n * gwei, maxPriorityFeeWei: 2n * gwei }

/** Signs a replacement of a transaction, and returns the decoded bytes. */
async function again(transaction: Transaction, intent: Intent, more: Partial<SignedFees> = {}) {
  const unlocked = await signer.unlock(intent)
  const { signed } = await unlocked.signReplacement(transaction, intent, { ...fees, ...more }, 0n)
  return await codec.decode(signed.raw)
}

describe('a replacement of a signed transaction (MONEY 3, 8, 9)', () => {
  const lowered = ether - gasLimit * 10n * gwei

  it.each([
    ['gas', gas, gwei, keeper.address],
    ['a native sweep with its value lowered by the fee', native, lowered, wallet.address],
    ['a token sweep', tokens, 0n, wallet.address],
  ] as const)(
    'makes the same payment on the same nonce: %s',
    async (_, transaction, valueWei, sender) => {
      const read = await again(transaction, intentOf(transaction, valueWei))
      const { to, data } = transaction
      expect(read).toMatchObject({ sender, to, data, valueWei, nonce: 7n, fees })
    },
  )

  it.each([
    ['the keeper', gas, keeper.address],
    ['a wallet', tokens, wallet.address],
  ] as const)(
    'sends 0 from the sender to itself for a cancel: %s',
    async (_, transaction, sender) => {
      const read = await again(asked(transaction), cancelOf(transaction))
      expect(read).toMatchObject({ sender, to: sender, valueWei: 0n, data: '0x', nonce: 7n })
    },
  )
})

/** Returns the transaction as it is after nodes refused the gas limit of its newest attempt. */
const shortOfGas = (transaction: Transaction): Transaction => ({
  ...transaction,
  attempts: transaction.attempts.map((attempt) => ({
    ...attempt,
    unheld: 2,
    lastError: 'intrinsic gas too low: gas 21000, minimum needed 30000',
  })),
})
const sameFee = { maxFeeWei: 10n * gwei, maxPriorityFeeWei: gwei }

describe('a gas limit that nodes refused (MONEY 8)', () => {
  it.each([
    ['a gas payment at the same fee', gas, gwei, { gasLimit: 30_000n, ...sameFee }],
    ['a token sweep up to the funded amount', tokens, 0n, { gasLimit: 63_000n, ...sameFee }],
    [
      'a native sweep that lowers its value',
      native,
      ether - 90_000n * gwei,
      { gasLimit: 30_000n, ...sameFee },
    ],
  ] as const)('is raised for %s', async (_, transaction, valueWei, more) => {
    const read = await again(shortOfGas(transaction), intentOf(transaction, valueWei), more)
    expect(read).toMatchObject({ valueWei, nonce: 7n, fees: more })
  })

  it.each([
    [
      'above the funded amount',
      shortOfGas(tokens),
      intentOf(tokens, 0n),
      { gasLimit: 63_001n, ...sameFee },
    ],
    [
      'above the cost limit of an order to sweep dust (MONEY 15)',
      shortOfGas({ ...tokens, costLimitWei: 40_000n * 10n * gwei - 1n }),
      intentOf(tokens, 0n),
      { gasLimit: 40_000n, ...sameFee },
    ],
    [
      'at a lower fee',
      shortOfGas(gas),
      intentOf(gas, gwei),
      { gasLimit: 30_000n, maxFeeWei: 9n * gwei },
    ],
    [
      'to a limit below the last attempt’s',
      shortOfGas(gas),
      intentOf(gas, gwei),
      { gasLimit: 20_000n },
    ],
    [
      'to a limit far above the first attempt’s',
      shortOfGas(gas),
      intentOf(gas, gwei),
      { gasLimit: 336_001n },
    ],
    [
      'with another amount',
      shortOfGas(tokens),
      { ...intentOf(tokens, 0n), amount: 6n } as Intent,
      { gasLimit: 30_000n },
    ],
    [
      'in a native sweep that keeps its value',
      shortOfGas(native),
      intentOf(native, ether),
      { gasLimit: 30_000n, ...sameFee },
    ],
    ['if no node refused the last limit', tokens, intentOf(tokens, 0n), { gasLimit: 30_000n }],
  ] as [string, Transaction, Intent, Partial<SignedFees>][])(
    'is not raised %s',
    async (_, transaction, intent, more) => {
      await expect(again(transaction, intent, more)).rejects.toThrow(PolicyRefused)
    },
  )
})

const cancelOut = {
  ...tokens,
  attempts: [...tokens.attempts, anAttempt({ kind: 'cancel', number: 2 })],
}
const cancelOfOther: Intent = { kind: 'cancel', chainId: chain.id, wallet: other.address }

describe('a direct call of the signer for a replacement', () => {
  it.each([
    [
      'a max fee that rises by less than 12.5 %',
      gas,
      intentOf(gas, gwei),
      { maxFeeWei: 11n * gwei },
    ],
    ['a tip that rises by less than 12.5 %', gas, intentOf(gas, gwei), { maxPriorityFeeWei: gwei }],
    ['a fee above the funded amount', tokens, intentOf(tokens, 0n), { maxFeeWei: 31n * gwei }],
    ['a fee above the ceiling', gas, intentOf(gas, gwei), { maxFeeWei: 201n * gwei }],
    ['another gas limit', gas, intentOf(gas, gwei), { gasLimit: 22_000n }],
    ['a larger gas payment than before', gas, intentOf(gas, gwei + 1n), {}],
    ['gas to another wallet', gas, { ...intentOf(gas, gwei), wallet: other.address }, {}],
    ['a larger token amount', tokens, { ...intentOf(tokens, 0n), amount: 6n } as Intent, {}],
    ['a native sweep that keeps its value', native, intentOf(native, ether), {}],
    ['a cancel without an order', gas, cancelOf(gas), {}],
    ['a payment after a cancel was ordered', asked(gas), intentOf(gas, gwei), {}],
    ['a payment after a cancel was signed', cancelOut, intentOf(tokens, 0n), {}],
    ['a cancel of another sender', asked(native), cancelOfOther, {}],
    ['a transaction that has ended', { ...gas, state: 'reverted' }, intentOf(gas, gwei), {}],
    [
      'a row that somebody changed (MONEY 27)',
      { ...gas, to: other.address },
      { ...intentOf(gas, gwei), wallet: other.address },
      {},
    ],
    ['a mined transaction', { ...gas, mined: aMined() }, intentOf(gas, gwei), {}],
    [
      'a row whose sender is not the keeper',
      { ...gas, sender: wallet.address },
      intentOf(gas, gwei),
      {},
    ],
  ] as [string, Transaction, Intent, Partial<SignedFees>][])(
    'refuses %s',
    async (_, transaction, intent, more) => {
      await expect(again(transaction, intent, more)).rejects.toThrow(PolicyRefused)
    },
  )

  it('refuses a cancel on a new nonce', async () => {
    const cancel = cancelOf(gas)
    const unlocked = await signer.unlock(cancel)
    await expect(unlocked.sign(cancel as never, 8n, fees, 0n)).rejects.toThrow(PolicyRefused)
  })
})
