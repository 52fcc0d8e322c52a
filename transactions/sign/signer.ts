import type { Address, Hex } from '../../domain/address.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import type { SignedFees } from '../../domain/chains/fees.ts'
import { plainTransferGas } from '../../domain/chains/transfer-gas.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import type { KeySource, TransactionCodec } from '../../domain/lanes/signing.ts'
import type {
  Intent,
  PaymentIntent,
  SignedTransaction,
  Transaction,
  UnsignedTransaction,
} from '../../domain/lanes/transaction.ts'
import {
  KeyMismatch,
  KeyMissing,
  PolicyRefused,
  SignedDifferently,
} from '../../domain/money-errors.ts'
import { checkStored } from './check-stored.ts'
import { type AttemptFacts, buildTransaction, senderOf } from './policy.ts'
import { readIntent } from './read-intent.ts'
import { checkReplacement } from './replacement-policy.ts'

/** One sender's key, held for one signature. Rejects intents of other senders. */
export interface UnlockedSender {
  readonly sender: Address
  /**
   * Signs a payment. Does no I/O, because it runs under the lane's lock. Throws PolicyRefused if
   * the payment exceeds a cap (MONEY 26).
   * @param l1FeeWei the rollup's fee of this attempt; 0n on an L1
   */
  sign(intent: PaymentIntent, nonce: bigint, fees: SignedFees, l1FeeWei: bigint): Promise<Signature>
  /**
   * Signs a replacement on the stored transaction's own nonce. Throws PolicyRefused if the
   * replacement exceeds the limits of MONEY 8, 9 and 26, or if the row is not what this sender
   * signed (MONEY 27).
   */
  signReplacement(
    transaction: Transaction,
    intent: Intent,
    fees: SignedFees,
    l1FeeWei: bigint,
  ): Promise<Signature>
}

interface Signature {
  readonly unsigned: UnsignedTransaction
  readonly signed: SignedTransaction
}

/** Signs the transactions of one chain. */
export interface Signer {
  /**
   * Reads the key of the intent's sender, before the lane is locked. For gas it also reads the
   * receiving wallet's key, which proves that the receiver is a user wallet: the keeper funds no
   * other address (MONEY 14, 18). Throws KeyMissing or KeyMismatch.
   */
  unlock(intent: Intent): Promise<UnlockedSender>
  /** Proves that the wallet's key exists and fits the address, before gas is spent (MONEY 14). */
  proveKey(wallet: Address): Promise<void>
}

const noKeys: KeySource = { candidates: async () => [] }

/**
 * Creates the signer of a chain, the only code that holds keys (MONEY 19). A key is read on demand
 * and kept only in the closure of one `unlock`.
 */
export function createSigner(deps: {
  readonly chain: Chain
  readonly keeperKeys: KeySource
  readonly walletKeys: KeySource
  /** Keys of retired keepers, which sign drains alone. @default none */
  readonly retiredKeys?: KeySource
  readonly codec: TransactionCodec
  /** Recorded gas of a plain transfer on the chain. @default 21,000 */
  readonly transferGas?: () => Promise<bigint>
}): Signer {
  const { chain, codec } = deps

  /** A drain never reads `userwallet`, so no order can empty a user wallet (MONEY 18). */
  async function sourceOf(intent: Intent, sender: Address): Promise<KeySource> {
    if (sender === chain.gasKeeper.address) return deps.keeperKeys
    const retired = deps.retiredKeys ?? noKeys
    if (intent.kind === 'drain-keeper') return retired
    if (intent.kind !== 'cancel') return deps.walletKeys
    const keys = await retired.candidates(sender, 'usual')
    return keys.some((key) => codec.addressOfKey(key) === sender) ? retired : deps.walletKeys
  }

  async function keyOf(sender: Address, source: KeySource): Promise<Hex> {
    const fits = (key: Hex) => codec.addressOfKey(key) === sender
    const usual = (await source.candidates(sender, 'usual')).find(fits)
    if (usual) return usual
    const all = await source.candidates(sender, 'any')
    if (all.length === 0) throw new KeyMissing(`no key for ${sender}`)
    const fitting = all.find(fits)
    if (!fitting)
      throw new KeyMismatch(`${all.length} key(s) for ${sender}, but none fits the address`)
    return fitting
  }

  return {
    async unlock(intent) {
      const unlockedFor = readIntent(intent)
      const sender = senderOf(chain, unlockedFor)
      const funded = unlockedFor.kind === 'fund-gas' ? unlockedFor.wallet : undefined
      if (funded !== undefined) await keyOf(funded, deps.walletKeys)
      const key = await keyOf(sender, await sourceOf(unlockedFor, sender))
      const transferGas = (await deps.transferGas?.()) ?? plainTransferGas
      const build = (
        asked: Intent,
        nonce: bigint,
        fees: SignedFees,
        facts: Omit<AttemptFacts, 'transferGas'>,
      ) => {
        if (senderOf(chain, asked) !== sender)
          throw new PolicyRefused('the key does not belong to the intent’s sender')
        if (asked.kind === 'fund-gas' && asked.wallet !== funded)
          throw new PolicyRefused('the wallet is not proved to be a user wallet')
        return buildTransaction(chain, asked, nonce, fees, { ...facts, transferGas })
      }
      const finish = async (unsigned: UnsignedTransaction) => {
        const signed = await codec.sign(unsigned, key)
        await compareBytes(codec, sender, unsigned, signed)
        return { unsigned, signed }
      }
      return {
        sender,
        async sign(given: Intent, nonce, fees, l1FeeWei) {
          const asked = readIntent(given)
          if (asked.kind === 'cancel') throw new PolicyRefused('a cancel must reuse a nonce')
          return await finish(build(asked, nonce, fees, { l1FeeWei }))
        },
        async signReplacement(transaction, given, fees, l1FeeWei) {
          const asked = readIntent(given)
          const signedGas = newestAttempt(transaction).gasLimit
          const unsigned = build(asked, transaction.nonce, fees, { l1FeeWei, signedGas })
          checkReplacement(chain, transaction, asked, unsigned)
          await checkStored(codec, transaction)
          return await finish(unsigned)
        },
      }
    },
    async proveKey(wallet) {
      await keyOf(wallet, wallet === chain.gasKeeper.address ? deps.keeperKeys : deps.walletKeys)
    },
  }
}

/** MONEY 1: decodes the signed bytes and compares them with the intent. */
async function compareBytes(
  codec: TransactionCodec,
  sender: Address,
  asked: UnsignedTransaction,
  signed: SignedTransaction,
): Promise<void> {
  const read = await codec.decode(signed.raw)
  const pairs: readonly [string, unknown, unknown][] = [
    ['sender', read.sender, sender],
    ['hash', read.hash, signed.hash],
    ['chain id', read.chainId, asked.chainId],
    ['fee mode', read.feeMode, asked.feeMode],
    ['nonce', read.nonce, asked.nonce],
    ['to', read.to, asked.to],
    ['value', read.valueWei, asked.valueWei],
    ['calldata', read.data, asked.data],
    ['gas limit', read.fees.gasLimit, asked.fees.gasLimit],
    ['max fee', read.fees.maxFeeWei, asked.fees.maxFeeWei],
    ['tip', read.fees.maxPriorityFeeWei, asked.fees.maxPriorityFeeWei],
  ]
  const different = pairs.filter(([, got, wanted]) => got !== wanted).map(([name]) => name)
  if (different.length > 0) {
    throw new SignedDifferently(`signed bytes differ from the intent in: ${different.join(', ')}`)
  }
}
