import fc from 'fast-check'
import { serializeTransaction } from 'viem'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Address, Hex } from '../../../domain/address.ts'
import type { Chain } from '../../../domain/chains/chain.ts'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import type { SignedFees } from '../../../domain/chains/fees.ts'
import type { TransactionCodec } from '../../../domain/lanes/signing.ts'
import type {
  Intent,
  PaymentIntent,
  Transaction,
  UnsignedTransaction,
} from '../../../domain/lanes/transaction.ts'
import { PolicyRefused } from '../../../domain/money-errors.ts'
import { createSigner } from '../../../transactions/sign/signer.ts'
import { aChain, coldWallet, ether, gwei, token } from '../factories/a-chain.ts'
import { anAttempt, aTransaction } from '../factories/a-transaction.ts'
import { anAccount } from '../factories/an-account.ts'
import { keySource } from '../fakes/key-source.ts'
import { readRlpTransaction } from './read-rlp.ts'

const keeper = anAccount()
const retired = anAccount()
const user = anAccount()
const thief = anAccount()
const owners = new Map([keeper, retired, user].map(({ key, address }) => [key as string, address]))
const real = createTransactionCodec()
/** A real signature takes a millisecond, so only one in this number of calls signs really. */
const signedFor = 200

const wei = (max: bigint) => fc.bigInt({ min: 0n, max })
/** Values around a limit are more likely than values far from it. */
const near = (limit: bigint) =>
  fc.oneof(wei(limit * 3n), fc.bigInt({ min: limit - 1n, max: limit + 1n }))
const draws = fc.record({
  kind: fc.constantFrom('fund-gas', 'sweep-native', 'sweep-token', 'drain-keeper', 'cancel'),
  isReplacement: fc.boolean(),
  /** The field of the stored row that somebody without a key changed. */
  forged: fc.option(fc.constantFrom('to', 'value', 'nonce', 'sender', 'fee'), { freq: 5 }),
  /** Nodes refused the stored attempt for its gas limit, so the next one may have more. */
  raised: fc.boolean(),
  legacy: fc.boolean(),
  maxPerSweepWei: fc.bigInt({ min: 1n, max: ether / 10n }),
  maxFeeShare: fc.bigInt({ min: 1n, max: 100n }),
  maxGas: fc.bigInt({ min: 21_000n, max: 200_000n }),
  tokenGas: fc.bigInt({ min: 21_000n, max: 800_000n }),
  transferGas: fc.oneof(fc.constant(21_000n), fc.bigInt({ min: 1n, max: 300_000n })),
  gasLimit: fc.oneof(fc.constant(21_000n), near(100_000n), near(500_000n)),
  maxFeeWei: fc.oneof(near(gwei), near(100n * gwei)),
  tipWei: wei(gwei),
  l1FeeWei: fc.oneof(fc.constant(0n), wei(ether / 100n)),
  valueWei: fc.oneof(wei(ether / 20n), wei(ether), wei(2n ** 256n)),
  drainTo: fc.constantFrom('keeper', 'cold-wallet'),
})
type Draw = typeof draws extends fc.Arbitrary<infer T> ? T : never

/** Numbers of calls by their end. */
export interface CapsCounts {
  readonly signed: Readonly<Record<string, number>>
  readonly refused: number
  readonly reallySigned: number
}

/**
 * MONEY 18, 26, 27: asks the signer for random transactions and replacements under random caps, and
 * checks what it signs with a decoder of its own. Throws at the first signature above a cap, to
 * another destination, or from a forged row.
 */
export async function signWithinCaps(runs: number): Promise<CapsCounts> {
  const signed: Record<string, number> = {}
  let refused = 0
  let reallySigned = 0
  let calls = 0
  await fc.assert(
    fc.asyncProperty(draws, async (draw) => {
      calls += 1
      const isReal = calls % signedFor === 0
      const chain = chainOf(draw)
      const raw = await sign(draw, chain, isReal).catch((error: unknown) => {
        if (error instanceof PolicyRefused) return undefined
        throw error
      })
      if (raw === undefined) {
        refused += 1
        return
      }
      check(draw, chain, raw)
      const name = draw.isReplacement ? `${draw.kind} again` : draw.kind
      signed[name] = (signed[name] ?? 0) + 1
      if (isReal) reallySigned += 1
    }),
    { numRuns: runs },
  )
  return { signed, refused, reallySigned }
}

const chainOf = (draw: Draw): Chain => {
  const plain = aChain()
  const { maxPerSweepWei, maxFeeShare, maxGas, tokenGas } = draw
  return {
    ...plain,
    feeMode: draw.legacy ? 'legacy' : 'eip1559',
    gasKeeper: { ...plain.gasKeeper, address: keeper.address },
    gas: { ...plain.gas, maxPerSweepWei, maxFeeShare, maxGas },
    tokens: plain.tokens.map((it) => ({ ...it, maxGas: tokenGas })),
  }
}

async function sign(draw: Draw, chain: Chain, isReal: boolean): Promise<string> {
  const signer = createSigner({
    chain,
    keeperKeys: keySource({ [keeper.address]: [keeper.key] }),
    retiredKeys: keySource({ [retired.address]: [retired.key] }),
    walletKeys: keySource({ [user.address]: [user.key] }),
    codec: codecOf(draw, chain, isReal),
    transferGas: async () => draw.transferGas,
  })
  const intent = intentOf(draw, chain)
  const { gasLimit, maxFeeWei } = draw
  const maxPriorityFeeWei = draw.legacy ? maxFeeWei : draw.tipWei
  const fees = { gasLimit, maxFeeWei, maxPriorityFeeWei }
  const unlocked = await signer.unlock(intent)
  const { signed } = draw.isReplacement
    ? await unlocked.signReplacement(rowOf(draw, chain, fees), intent, fees, draw.l1FeeWei)
    : await unlocked.sign(intent as PaymentIntent, 7n, fees, draw.l1FeeWei)
  return signed.raw
}

function intentOf({ kind, valueWei, drainTo }: Draw, { id: chainId }: Chain): Intent {
  const wallet = user.address
  switch (kind) {
    case 'sweep-token':
      return { kind, chainId, wallet, token, amount: valueWei }
    case 'drain-keeper':
      return { kind, chainId, wallet: retired.address, to: drainTo as 'keeper', valueWei }
    case 'cancel':
      return { kind, chainId, wallet }
    default:
      return { kind, chainId, wallet, valueWei }
  }
}

/** Gas limit of the stored attempt. */
const signedGasOf = ({ raised, kind, gasLimit }: Draw): bigint =>
  raised && kind !== 'cancel' ? gasLimit / 2n : gasLimit

/** The row that fits the intent, signed at half of the fee, or a forged one. */
function rowOf(draw: Draw, chain: Chain, { gasLimit, maxFeeWei }: SignedFees): Transaction {
  const { kind, forged } = draw
  const half = { maxFeeWei: maxFeeWei / 2n, maxPriorityFeeWei: draw.tipWei / 2n }
  const sends = effectOf(draw, chain)
  const signedGas = signedGasOf(draw)
  const sender = { 'fund-gas': keeper.address, 'drain-keeper': retired.address }[kind as string]
  // The bump of a transfer of the rest lowers its value by the higher fee.
  const sendsRest = kind === 'sweep-native' || kind === 'drain-keeper'
  const moreWei = gasLimit * maxFeeWei - signedGas * half.maxFeeWei
  const valueWei = sends.valueWei + (sendsRest ? moreWei : 0n)
  const attempt = anAttempt({
    ...half,
    hash: hashOfRow,
    raw: '0x02',
    gasLimit: signedGas,
    ...(draw.raised ? { unheld: 2, lastError: 'intrinsic gas too low' } : {}),
    valueWei: forged === 'value' ? valueWei + 1n : valueWei,
    ...(forged === 'fee' ? { maxFeeWei: half.maxFeeWei + 1n } : {}),
  })
  return aTransaction({
    step: kind === 'fund-gas' ? 'gas' : kind === 'drain-keeper' ? 'drain' : 'sweep',
    chainId: chain.id,
    sender: forged === 'sender' ? thief.address : (sender ?? user.address),
    nonce: forged === 'nonce' ? 8n : 7n,
    to: forged === 'to' ? thief.address : sends.to,
    data: sends.data,
    valueWei: attempt.valueWei,
    gasLimit: signedGas,
    feeCapWei: maxFeeWei * 2n,
    cancelReason: kind === 'cancel' ? 'asked' : null,
    attempts: [attempt],
  })
}

/** Where the intent's money may go, written down apart from the product. */
function effectOf(
  { kind, valueWei, drainTo }: Draw,
  chain: Chain,
): { readonly to: Address; readonly valueWei: bigint; readonly data: Hex } {
  switch (kind) {
    case 'fund-gas':
      return { to: user.address, valueWei, data: '0x' }
    case 'sweep-token':
      return { to: token, valueWei: 0n, data: encodeTransfer(coldWallet, valueWei) }
    case 'drain-keeper': {
      const to = drainTo === 'keeper' ? keeper.address : coldWallet
      return { to, valueWei, data: '0x' }
    }
    case 'cancel':
      return { to: user.address, valueWei: 0n, data: '0x' }
    default:
      return { to: chain.coldWallet, valueWei, data: '0x' }
  }
}

/** A codec whose bytes are the unsigned transaction. Stored bytes decode to the honest row. */
function codecOf(draw: Draw, chain: Chain, isReal: boolean): TransactionCodec {
  let last: (UnsignedTransaction & { readonly key: Hex }) | undefined
  const honest = draw.isReplacement
    ? rowOf({ ...draw, forged: null }, chain, feesOf(draw))
    : undefined
  return {
    // Deriving the address takes a millisecond, and these keys are known.
    addressOfKey: (key) => owners.get(key),
    async sign(unsigned, key) {
      last = { ...unsigned, key }
      if (isReal) return await real.sign(unsigned, key)
      return { hash: `0x${'1'.repeat(64)}`, raw: serialized(unsigned) }
    },
    async decode(raw) {
      if (honest && raw === '0x02') return storedOf(honest, chain)
      if (isReal) return await real.decode(raw)
      if (!last) throw new Error('nothing was signed')
      const { key, ...unsigned } = last
      return { ...unsigned, sender: owners.get(key) ?? thief.address, hash: `0x${'1'.repeat(64)}` }
    },
  }
}

const feesOf = ({ gasLimit, maxFeeWei, tipWei }: Draw): SignedFees => ({
  gasLimit,
  maxFeeWei,
  maxPriorityFeeWei: tipWei,
})

const hashOfRow: Hex = `0x${'2'.repeat(64)}`
function storedOf(row: Transaction, chain: Chain) {
  const [attempt] = row.attempts
  if (!attempt) throw new Error('no attempt')
  const { gasLimit, maxFeeWei, maxPriorityFeeWei, valueWei } = attempt
  const { chainId, nonce, to, data, sender } = row
  const fees = { gasLimit, maxFeeWei, maxPriorityFeeWei }
  const { feeMode } = chain
  return { chainId, feeMode, nonce, to, valueWei, data, fees, sender, hash: hashOfRow }
}

function serialized({ fees, feeMode, ...unsigned }: UnsignedTransaction): Hex {
  const common = {
    chainId: unsigned.chainId,
    nonce: Number(unsigned.nonce),
    to: unsigned.to,
    value: unsigned.valueWei,
    data: unsigned.data,
    gas: fees.gasLimit,
  }
  return feeMode === 'legacy'
    ? serializeTransaction({ ...common, type: 'legacy', gasPrice: fees.maxFeeWei })
    : serializeTransaction({
        ...common,
        type: 'eip1559',
        maxFeePerGas: fees.maxFeeWei,
        maxPriorityFeePerGas: fees.maxPriorityFeeWei,
      })
}

/** Throws if the signed bytes break a cap, go elsewhere, or come from a forged row. */
function check(draw: Draw, chain: Chain, raw: string): void {
  const read = readRlpTransaction(raw)
  const { to, valueWei, data } = effectOf(draw, chain)
  const costWei = read.gasLimit * read.maxFeeWei + draw.l1FeeWei
  const scale = draw.transferGas > 21_000n ? draw.transferGas : 21_000n
  const maxGas = draw.kind === 'sweep-token' ? draw.tokenGas : draw.maxGas
  const keptGas = draw.isReplacement ? signedGasOf(draw) : 0n
  const broken: readonly [string, boolean][] = [
    ['chain', read.chainId !== BigInt(chain.id)],
    ['nonce', read.nonce !== 7n],
    ['destination', read.to !== to || read.valueWei !== valueWei || read.data !== data],
    ['gas.maxPerSweep', costWei > draw.maxPerSweepWei],
    [
      'gas.maxFeeShare',
      draw.kind === 'sweep-native' && costWei * 100n > valueWei * draw.maxFeeShare,
    ],
    // A live transaction keeps the gas limit that was signed before.
    ['maxGas', read.gasLimit > keptGas && read.gasLimit * 21_000n > maxGas * scale],
    ['gas.maxFeeGwei', read.maxFeeWei > chain.gas.maxFeeWei],
    ['a forged row', draw.isReplacement && draw.forged !== null],
  ]
  const found = broken.filter(([, isBroken]) => isBroken).map(([name]) => name)
  if (found.length > 0)
    throw new Error(`signed against ${found.join(', ')}: ${JSON.stringify(read, text)}`)
}

const text = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
