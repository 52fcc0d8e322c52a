import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Address, Hash } from '../../../domain/address.ts'
import type { BlockHeader, Log, Receipt } from '../../../domain/chains/block.ts'
import type { FeeQuote } from '../../../domain/chains/fees.ts'
import type { Broadcaster } from '../../../domain/chains/nodes/broadcaster.ts'
import type { ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import type { UnsignedTransaction } from '../../../domain/lanes/transaction.ts'
import { gwei } from '../factories/a-chain.ts'
import { aHash } from '../factories/a-transaction.ts'

type Pooled = UnsignedTransaction & { readonly sender: Address; readonly hash: Hash }

interface FakeBlock {
  readonly header: BlockHeader
  readonly receipts: ReadonlyMap<Hash, Receipt>
  /** Hashes by sender and nonce. */
  readonly listed: ReadonlyMap<string, Hash>
  /** Balances after the block. */
  readonly native: ReadonlyMap<Address, bigint>
  readonly nonces: ReadonlyMap<Address, bigint>
}

/** Gas that every transaction uses, at 1 gwei. */
export const fakeGasUsed = 21_000n

/**
 * An in-memory chain with one node. The test mines each block. The chain keeps native balances,
 * nonces and receipts per block, so a query at an old block returns the old state. A token balance
 * is the same at every block, and transactions move no tokens.
 */
export class FakeChain implements ChainState, Broadcaster {
  readonly chainId: number
  readonly pool = new Map<Hash, Pooled>()
  /** Raw bytes of every broadcast, in order. */
  readonly sent: Hash[] = []
  readonly codeOf = new Map<Address, `0x${string}`>()
  readonly tokens = new Map<string, bigint>()
  tagged: bigint | undefined
  quote: Omit<FeeQuote, 'blockNumber'> = {
    baseFeeWei: gwei,
    gasPriceWei: 2n * gwei,
    priorityFeeWei: gwei,
  }
  simulated: Awaited<ReturnType<ChainState['simulate']>> = { kind: 'returned', data: '0x' }
  estimated: Awaited<ReturnType<ChainState['estimateGas']>> = { kind: 'gas', gas: 50_000n }
  l1FeeWei = 0n
  /** Returns the words with which the node refuses a broadcast, or undefined to accept it. */
  refuse: ((hash: Hash, transaction: UnsignedTransaction) => string | undefined) | undefined
  /**
   * Whether the node accepts a broadcast and then drops the transaction, as geth does if its pool
   * refuses the transaction.
   */
  swallow: ((hash: Hash) => boolean) | undefined
  private readonly codec = createTransactionCodec()
  private blocks: FakeBlock[] = []

  constructor(chainId = 31337, height = 10) {
    this.chainId = chainId
    for (let n = 0; n <= height; n += 1) this.mine()
  }

  // — actions of a test —

  /**
   * Mines one block with the pool's transactions whose nonce is the sender's next nonce.
   * @param options `failing`: hashes of transactions that revert; `only`: the hashes to mine
   */
  mine(
    options: { readonly failing?: readonly Hash[]; readonly only?: readonly Hash[] } = {},
  ): BlockHeader {
    const before = this.blocks.at(-1)
    const native = new Map(before?.native)
    const nonces = new Map(before?.nonces)
    const receipts = new Map<Hash, Receipt>()
    const listed = new Map<string, Hash>()
    const number = BigInt(this.blocks.length)
    const header = {
      number,
      hash: aHash(),
      parentHash: before?.header.hash ?? aHash(),
      logsBloom: '0x' as const,
      timestamp: number,
    }
    for (const tx of [...this.pool.values()].sort((a, b) => Number(a.nonce - b.nonce))) {
      if (options.only && !options.only.includes(tx.hash)) continue
      if (tx.nonce !== (nonces.get(tx.sender) ?? 0n)) continue
      const fee = fakeGasUsed * gwei
      const balance = native.get(tx.sender) ?? 0n
      if (balance < tx.valueWei + tx.fees.gasLimit * tx.fees.maxFeeWei) continue
      const ok = !options.failing?.includes(tx.hash)
      native.set(tx.sender, balance - fee - (ok ? tx.valueWei : 0n))
      if (ok) native.set(tx.to, (native.get(tx.to) ?? 0n) + tx.valueWei)
      nonces.set(tx.sender, tx.nonce + 1n)
      receipts.set(tx.hash, receiptOf(tx, header, receipts.size, ok))
      listed.set(`${tx.sender} ${tx.nonce}`, tx.hash)
      this.pool.delete(tx.hash)
    }
    this.blocks.push({ header, receipts, listed, native, nonces })
    return header
  }

  mineMany(count: number): void {
    for (let n = 0; n < count; n += 1) this.mine()
  }

  /** Removes the newest blocks. Their transactions do not return to the pool. */
  rollBack(count: number): void {
    this.blocks = this.blocks.slice(0, -count)
  }

  /** Sets a balance in the newest block, from which the next blocks copy it. */
  setBalance(holder: Address, wei: bigint): void {
    const last = this.blocks.at(-1)
    if (last) (last.native as Map<Address, bigint>).set(holder, wei)
  }

  setToken(token: Address, holder: Address, amount: bigint): void {
    this.tokens.set(`${token} ${holder}`, amount)
  }

  /**
   * Uses the sender's next nonce without a listed transaction. Another holder of the key can do so
   * with an EIP-7702 authorisation.
   */
  useNonce(sender: Address): void {
    const last = this.blocks.at(-1)
    if (last) (last.nonces as Map<Address, bigint>).set(sender, this.nonceOf(sender) + 1n)
  }

  addLogs(hash: Hash, logs: readonly Log[]): void {
    const block = this.blocks.find((b) => b.receipts.has(hash))
    const receipt = block?.receipts.get(hash)
    if (block && receipt) {
      ;(block.receipts as Map<Hash, Receipt>).set(hash, {
        ...receipt,
        logs: logs.map((log, place) => ({ ...log, place })),
        logCount: logs.length,
      })
    }
  }

  nonceOf(sender: Address): bigint {
    return this.blocks.at(-1)?.nonces.get(sender) ?? 0n
  }

  // — ChainState —

  async head() {
    const last = this.blocks.at(-1)
    if (!last) throw new Error('the fake chain has no block')
    return last.header
  }
  async taggedHeight() {
    return this.tagged
  }
  async blockHash(height: bigint) {
    return this.blocks[Number(height)]?.header.hash
  }
  async nativeBalance(holder: Address, atBlock: Hash) {
    return this.at(atBlock).native.get(holder) ?? 0n
  }
  async tokenBalance(token: Address, holder: Address) {
    return this.tokens.get(`${token} ${holder}`) ?? 0n
  }
  async code(address: Address) {
    return this.codeOf.get(address) ?? '0x'
  }
  async minedNonce(sender: Address) {
    return this.nonceOf(sender)
  }
  async nonceAt(sender: Address, atBlock: Hash) {
    return this.at(atBlock).nonces.get(sender) ?? 0n
  }
  async listedAs(sender: Address, nonce: bigint, inBlock: Hash) {
    return this.at(inBlock).listed.get(`${sender} ${nonce}`)
  }
  async rollupFee() {
    return this.l1FeeWei
  }

  async feeQuote() {
    return { ...this.quote, blockNumber: BigInt(this.blocks.length - 1) }
  }
  async simulate() {
    return this.simulated
  }
  async estimateGas() {
    return this.estimated
  }
  async receipt(hash: Hash) {
    for (const block of this.blocks) {
      const receipt = block.receipts.get(hash)
      if (receipt) return receipt
    }
    return undefined
  }

  // — Broadcaster —

  async send(raw: Hash) {
    this.sent.push(raw)
    const read = await this.codec.decode(raw)
    const words = this.refuse?.(read.hash, read)
    if (words !== undefined) return { kind: 'refused' as const, words }
    if (read.nonce < this.nonceOf(read.sender)) {
      return { kind: 'refused' as const, words: 'nonce too low' }
    }
    if (this.swallow?.(read.hash)) return { kind: 'accepted' as const }
    this.pool.set(read.hash, read)
    return { kind: 'accepted' as const }
  }
  async knows(hash: Hash) {
    return this.pool.has(hash) || (await this.receipt(hash)) !== undefined
  }

  private at(hash: Hash): FakeBlock {
    const block = this.blocks.find((b) => b.header.hash === hash)
    if (!block) throw new Error('the fake chain has no such block')
    return block
  }
}

function receiptOf(tx: Pooled, block: BlockHeader, index: number, ok: boolean): Receipt {
  return {
    transactionHash: tx.hash,
    transactionIndex: index,
    blockNumber: block.number,
    blockHash: block.hash,
    from: tx.sender,
    to: tx.to,
    ok,
    gasUsed: fakeGasUsed,
    effectiveGasPriceWei: gwei,
    l1FeeWei: 0n,
    logs: [],
    logCount: 0,
  }
}
