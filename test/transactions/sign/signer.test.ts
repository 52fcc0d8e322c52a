import { describe, expect, it } from 'vitest'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Address, Hex } from '../../../domain/address.ts'
import type { SignedFees } from '../../../domain/chains/fees.ts'
import type { KeySource, TransactionCodec } from '../../../domain/lanes/signing.ts'
import type { Intent, PaymentIntent } from '../../../domain/lanes/transaction.ts'
import {
  KeyMismatch,
  KeyMissing,
  PolicyRefused,
  SignedDifferently,
} from '../../../domain/money-errors.ts'
import { createSigner } from '../../../transactions/sign/signer.ts'
import { aChain, ether, gwei, token } from '../../harness/factories/a-chain.ts'
import { anAccount } from '../../harness/factories/an-account.ts'
import { keySource } from '../../harness/fakes/key-source.ts'

const codec = createTransactionCodec()
const theKeeper = anAccount()
const theWallet = anAccount()
const chain = aChain({
  gasKeeper: { address: theKeeper.address, alertBelowWei: 0n, maxInFlight: 16 },
})
const fees: SignedFees = { gasLimit: 60_000n, maxFeeWei: 10n * gwei, maxPriorityFeeWei: gwei }
const wallet = theWallet.address
const fund: Intent = { kind: 'fund-gas', chainId: chain.id, wallet, valueWei: 5n }
const native: Intent = { kind: 'sweep-native', chainId: chain.id, wallet, valueWei: ether }
const tokens: Intent = { kind: 'sweep-token', chainId: chain.id, wallet, token, amount: 5n }

const signerWith = (walletKeys: readonly Hex[], over: { codec?: TransactionCodec } = {}) =>
  createSigner({
    chain,
    keeperKeys: keySource({ [theKeeper.address]: [theKeeper.key] }),
    walletKeys: keySource({ [wallet]: walletKeys }),
    codec: over.codec ?? codec,
  })

describe('the signer', () => {
  it.each([fund, native, tokens])(
    'signs $kind with the sender’s key, and returns the transaction that the bytes contain',
    async (intent) => {
      const unlocked = await signerWith([theWallet.key]).unlock(intent)
      expect(unlocked.sender).toBe(intent.kind === 'fund-gas' ? theKeeper.address : wallet)
      const { unsigned, signed } = await unlocked.sign(intent, 7n, fees, 0n)
      const { sender, hash, ...read } = await codec.decode(signed.raw)
      expect(read).toEqual(unsigned)
      expect([sender, hash]).toEqual([unlocked.sender, signed.hash])
    },
  )

  it('reads a wallet’s key from the central database, and the keeper’s key only from its own source', async () => {
    const walletKeys = keySource({ [wallet]: [theWallet.key] })
    const keeperKeys = keySource({ [theKeeper.address]: [theKeeper.key] })
    const signer = createSigner({ chain, keeperKeys, walletKeys, codec })
    await signer.unlock(fund)
    expect([keeperKeys.asked, walletKeys.asked]).toEqual([[theKeeper.address], [wallet]])
    await signer.unlock(native)
    expect([keeperKeys.asked, walletKeys.asked]).toEqual([[theKeeper.address], [wallet, wallet]])
  })

  describe('gas payments of the signer (MONEY 14, 18)', () => {
    const stranger = anAccount()
    const to = (address: Address): Intent => ({ ...fund, wallet: address }) as Intent

    it.each([
      ['a wallet without a row', [], KeyMissing],
      ['a wallet whose row has another wallet’s key', [theWallet.key], KeyMismatch],
    ] as const)('refuses gas to %s, without reading the keeper’s key', async (_, keys, refusal) => {
      const keeperKeys = keySource({ [theKeeper.address]: [theKeeper.key] })
      const walletKeys = keySource({ [wallet]: [theWallet.key], [stranger.address]: keys })
      const signer = createSigner({ chain, keeperKeys, walletKeys, codec })
      await expect(signer.unlock(to(stranger.address))).rejects.toThrow(refusal)
      expect(keeperKeys.asked).toEqual([])
    })

    it('refuses gas to the keeper, because its key does not prove a user wallet', async () => {
      await expect(signerWith([theWallet.key]).unlock(to(theKeeper.address))).rejects.toThrow(
        KeyMissing,
      )
    })

    it('signs gas only for the unlocked wallet, and no gas after an unlock for a cancel', async () => {
      const signer = signerWith([theWallet.key])
      const unlocked = await signer.unlock(fund)
      const other = to(stranger.address) as PaymentIntent
      await expect(unlocked.sign(other, 0n, fees, 0n)).rejects.toThrow(PolicyRefused)
      const { address: keeper } = theKeeper
      const cancel = await signer.unlock({ kind: 'cancel', chainId: chain.id, wallet: keeper })
      await expect(cancel.sign(fund as PaymentIntent, 0n, fees, 0n)).rejects.toThrow(PolicyRefused)
    })
  })

  it('reads no key when it is created', () => {
    const walletKeys: KeySource = {
      candidates: () => Promise.reject(new Error('nobody asked')),
    }
    createSigner({ chain, keeperKeys: walletKeys, walletKeys, codec })
  })

  it('signs only for the sender that was unlocked (MONEY 18)', async () => {
    const unlocked = await signerWith([theWallet.key]).unlock(native)
    await expect(unlocked.sign(fund, 0n, fees, 0n)).rejects.toThrow(PolicyRefused)
    const other = { ...native, wallet: anAccount().address }
    await expect(unlocked.sign(other, 0n, fees, 0n)).rejects.toThrow(PolicyRefused)
  })

  it('signs no transaction that the policy refuses, even with the right key', async () => {
    const unlocked = await signerWith([theWallet.key]).unlock(native)
    const dear = { ...fees, maxFeeWei: chain.gas.maxFeeWei + 1n }
    await expect(unlocked.sign(native, 0n, dear, 0n)).rejects.toThrow(PolicyRefused)
  })
})

describe('the key of a wallet (MONEY 14, 19)', () => {
  const other = anAccount()
  const nonsense: Hex = `0x${'0'.repeat(64)}`

  it.each([
    ['only one row', [theWallet.key]],
    [
      'a matching row after another wallet’s key and an invalid key',
      [other.key, nonsense, theWallet.key],
    ],
    ['two rows with the same key', [theWallet.key, theWallet.key]],
  ])('is proved and used with %s', async (_, keys) => {
    const signer = signerWith(keys)
    await expect(signer.proveKey(wallet)).resolves.toBeUndefined()
    await expect((await signer.unlock(native)).sign(native, 0n, fees, 0n)).resolves.toBeDefined()
  })

  it('is found in a row with an unusual spelling of the address if the other rows do not match', async () => {
    const walletKeys = keySource({ [wallet]: [other.key] }, { [wallet]: [theWallet.key] })
    const keeperKeys = keySource()
    const signer = createSigner({ chain, keeperKeys, walletKeys, codec })
    await expect(signer.proveKey(wallet)).resolves.toBeUndefined()
    expect(walletKeys.asked.length).toBe(2)
  })

  it.each([
    ['no row', [], KeyMissing],
    ['rows without the wallet’s key', [other.key, nonsense], KeyMismatch],
  ])('is refused with %s, and no error contains a key', async (_, keys, kind) => {
    const signer = signerWith(keys)
    for (const attempt of [signer.proveKey(wallet), signer.unlock(native)]) {
      const error = await attempt.catch((e) => e)
      expect(error).toBeInstanceOf(kind)
      const shown = JSON.stringify([error, error.message, error.stack, error.cause])
      for (const key of [...keys, theWallet.key]) expect(shown).not.toContain(key.slice(2))
    }
  })
})

describe('the check of a signature against its request (MONEY 1)', () => {
  const changed: [string, (t: Parameters<TransactionCodec['sign']>[0]) => object][] = [
    ['chain id', (t) => ({ chainId: t.chainId + 1 })],
    ['fee mode', () => ({ feeMode: 'legacy' })],
    ['nonce', (t) => ({ nonce: t.nonce + 1n })],
    ['to', () => ({ to: anAccount().address })],
    ['value', (t) => ({ valueWei: t.valueWei + 1n })],
    ['calldata', (t) => ({ data: `${t.data}00` })],
    ['gas limit', (t) => ({ fees: { ...t.fees, gasLimit: t.fees.gasLimit + 1n } })],
    ['max fee', (t) => ({ fees: { ...t.fees, maxFeeWei: t.fees.maxFeeWei + 1n } })],
    ['tip', (t) => ({ fees: { ...t.fees, maxPriorityFeeWei: t.fees.maxPriorityFeeWei + 1n } })],
  ]

  it.each(changed)('refuses another %s', async (field, change) => {
    const sign: TransactionCodec['sign'] = (t, key) => codec.sign({ ...t, ...change(t) }, key)
    const unlocked = await signerWith([theWallet.key], { codec: { ...codec, sign } }).unlock(tokens)
    const error = await unlocked.sign(tokens, 1n, fees, 0n).catch((e) => e)
    expect(error).toBeInstanceOf(SignedDifferently)
    expect(error.message).toContain(field)
  })

  it('refuses another sender, after a signature with another key', async () => {
    const sign: TransactionCodec['sign'] = (t) => codec.sign(t, anAccount().key)
    const unlocked = await signerWith([theWallet.key], { codec: { ...codec, sign } }).unlock(native)
    await expect(unlocked.sign(native, 0n, fees, 0n)).rejects.toThrow('sender')
  })

  it('refuses another hash', async () => {
    const sign: TransactionCodec['sign'] = async (t, key) => ({
      ...(await codec.sign(t, key)),
      hash: `0x${'ab'.repeat(32)}`,
    })
    const unlocked = await signerWith([theWallet.key], { codec: { ...codec, sign } }).unlock(native)
    await expect(unlocked.sign(native, 0n, fees, 0n)).rejects.toThrow('hash')
  })
})
