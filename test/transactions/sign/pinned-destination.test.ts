import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Address, Hex } from '../../../domain/address.ts'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import type { SignedFees } from '../../../domain/chains/fees.ts'
import type { TransactionCodec } from '../../../domain/lanes/signing.ts'
import type {
  Intent,
  PaymentIntent,
  UnsignedTransaction,
} from '../../../domain/lanes/transaction.ts'
import { PolicyRefused } from '../../../domain/money-errors.ts'
import {
  createSigner,
  type Signer,
  type UnlockedSender,
} from '../../../transactions/sign/signer.ts'
import { aChain, coldWallet, gwei, token } from '../../harness/factories/a-chain.ts'
import { anAccount } from '../../harness/factories/an-account.ts'
import { keySource } from '../../harness/fakes/key-source.ts'
import { hostileIntents, stranger } from './hostile-intents.ts'

/**
 * Tests MONEY 18 with a hostile caller that calls the signer directly. Every key is available, so
 * only the signer's checks can refuse a call. The test decodes each accepted call's transaction and
 * compares it with the pinned destination.
 */
const keeper = anAccount()
const users = [anAccount(), anAccount()]
const [user, other] = users as [(typeof users)[number], (typeof users)[number]]
const chain = aChain({
  gasKeeper: { address: keeper.address, alertBelowWei: 0n, maxInFlight: 16 },
})
const runs = 100_000
/**
 * A real signature takes a millisecond, so the test signs and decodes only one in this number of
 * accepted calls.
 */
const signedFor = 40

const real = createTransactionCodec()
let asked: UnsignedTransaction | undefined
let passed = 0
/** A codec that returns the sender as the signed bytes. Every `signedFor`-th call signs really. */
const codec: TransactionCodec = {
  addressOfKey: real.addressOfKey,
  async sign(unsigned, key) {
    asked = unsigned
    passed += 1
    if (passed % signedFor === 0) return await real.sign(unsigned, key)
    return { hash: `0x${'1'.repeat(64)}`, raw: `0x${senderOf(key).slice(2)}` as Hex }
  },
  async decode(raw) {
    if (raw.length > 42) return await real.decode(raw)
    if (!asked) throw new Error('nothing was signed')
    return { ...asked, sender: raw as Address, hash: `0x${'1'.repeat(64)}` }
  },
}
const owners = new Map<Hex, Address>([keeper, ...users].map(({ key, address }) => [key, address]))
const senderOf = (key: Hex) => owners.get(key) ?? stranger

let signer: Signer
/** Unlocked senders: first for a sweep of each user, then for the gas of each user. */
const senders: UnlockedSender[] = []
const own = [user.address, other.address]
const { fields, shapes, fees, nonces } = hostileIntents(chain, own)
const userOf = (unlocked: UnlockedSender) => own[senders.indexOf(unlocked) % own.length]
beforeAll(async () => {
  const keys = Object.fromEntries(
    [...users, keeper].map(({ address, key }) => [address, [key]] as const),
  )
  signer = createSigner({
    chain,
    keeperKeys: keySource({ [keeper.address]: [keeper.key] }),
    walletKeys: keySource({ ...keys, [stranger]: [user.key] }),
    codec,
  })
  const sweep = (wallet: Address): Intent => ({
    kind: 'sweep-native',
    chainId: chain.id,
    wallet,
    valueWei: 1n,
  })
  const gas = (wallet: Address): Intent => ({ ...sweep(wallet), kind: 'fund-gas' }) as Intent
  const [one, two] = [user.address, other.address]
  for (const intent of [sweep(one), sweep(two), gas(one), gas(two)]) {
    senders.push(await signer.unlock(intent))
  }
})

it(`signs only sweeps to the cold wallet and gas for the unlocked wallet in ${runs} hostile calls`, async () => {
  const counts: Record<string, number> = {}
  const calls = fc.record({
    of: fields,
    second: fields,
    shape: fc.constantFrom(...shapes),
    fees,
    nonce: nonces,
    sender: fc.nat({ max: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(calls, async ({ of, second, shape, fees: drawn, nonce, sender }) => {
      asked = undefined
      const unlocked = senders[sender] as UnlockedSender
      const answer = await unlocked
        .sign(shape(of, second) as PaymentIntent, nonce as bigint, drawn as SignedFees, 0n)
        .catch((error: unknown) => error)
      if (answer instanceof Error) {
        counts['refused'] = (counts['refused'] ?? 0) + 1
        // A refused call must not reach the key.
        if (asked) throw new Error('it was refused after its signature')
        return
      }
      const { signed } = answer as Awaited<ReturnType<UnlockedSender['sign']>>
      const read = await codec.decode(signed.raw)
      const kind = judge(read, unlocked, of['wallet'])
      counts[kind] = (counts[kind] ?? 0) + 1
    }),
    { numRuns: runs, seed: 18, interruptAfterTimeLimit: 280_000, markInterruptAsFailure: true },
  )
  // The generated calls must include enough calls of each kind, and enough refused calls.
  for (const kind of ['gas', 'native', 'token', 'refused']) {
    expect(counts[kind], kind).toBeGreaterThan(1_000)
  }
})

/** Throws unless the transaction is one of the three kinds that MONEY 18 allows. */
function judge(
  read: Awaited<ReturnType<TransactionCodec['decode']>>,
  unlocked: UnlockedSender,
  wallet: unknown,
): string {
  const { to, data, valueWei } = read
  const { sender } = unlocked
  const within =
    read.chainId === chain.id &&
    read.sender === sender &&
    read.fees.maxFeeWei <= chain.gas.maxFeeWei &&
    read.fees.maxPriorityFeeWei <= read.fees.maxFeeWei
  const words = JSON.stringify(read, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
  if (!within) throw new Error(`outside of chain, sender or ceiling: ${words}`)
  if (sender === keeper.address) {
    // Gas goes only to the wallet whose key the unlock proved, up to the cap of one sweep.
    const within = valueWei > 0n && valueWei <= chain.gas.maxPerSweepWei
    if (to === wallet && to === userOf(unlocked) && data === '0x' && within) return 'gas'
    throw new Error(`the keeper pays somebody else: ${words}`)
  }
  if (to === coldWallet && data === '0x' && valueWei > 0n) return 'native'
  const amount = BigInt(`0x${data.slice(-64)}`)
  if (
    to === token &&
    valueWei === 0n &&
    amount > 0n &&
    data === encodeTransfer(coldWallet, amount)
  ) {
    return 'token'
  }
  throw new Error(`money would go elsewhere: ${words}`)
}

it('refuses a token amount above the largest uint256 or below 1', async () => {
  const [wallet] = senders as [UnlockedSender]
  const ask = (amount: unknown) =>
    wallet.sign(
      {
        kind: 'sweep-token',
        chainId: chain.id,
        wallet: user.address,
        token,
        amount,
      } as PaymentIntent,
      0n,
      { gasLimit: 60_000n, maxFeeWei: gwei, maxPriorityFeeWei: gwei },
      0n,
    )
  await expect(ask(2n ** 256n - 1n)).resolves.toBeDefined()
  for (const amount of [2n ** 256n, 0n, -1n])
    await expect(ask(amount)).rejects.toThrow(PolicyRefused)
})
