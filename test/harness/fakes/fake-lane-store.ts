import type { Address } from '../../../domain/address.ts'
import type { Halt } from '../../../domain/deposits/halt.ts'
import { externalReason } from '../../../domain/lanes/lane-behind.ts'
import type { LaneSigning } from '../../../domain/lanes/lane-store.ts'
import type {
  LaneSpending,
  LockedLane,
  NewAttempt,
  NewTransaction,
} from '../../../domain/lanes/locked-lane.ts'
import { type Mined, type Transaction, transactionKey } from '../../../domain/lanes/transaction.ts'

const unsent = { lastSentAt: null, unheld: 0, lastError: null }

/**
 * In-memory lanes without locks, for one signature at a time. The test sets which sweep holds the
 * wallet's lane.
 */
export class FakeLaneStore implements LaneSigning {
  transactions: Transaction[] = []
  readonly nextNonces = new Map<Address, bigint>()
  /** Id of the sweep that holds the lane. @default the sweep that reads its rounds */
  holder: string | null | undefined
  open = true
  /** Height of the scanner's cursor. @default the fake chain's first head */
  scanned: bigint | null = 10n
  unexplained = false
  closed: string | null = null
  /** Stored intents, in order. */
  readonly born: NewTransaction[] = []
  halt: Halt | undefined
  heldWei = 0n
  spent: LaneSpending = {
    asset: 'native',
    amount: 0n,
    ofLane: { hourWei: 0n, dayWei: 0n },
    ofAsset: { hourWei: 0n, dayWei: 0n },
  }

  async withLane<T>(
    lane: { readonly chainId: number; readonly sender: Address; readonly chainNonce: bigint },
    decide: (lane: LockedLane) => Promise<T>,
  ): Promise<T> {
    const { sender, chainId } = lane
    const nextNonce = this.nextNonces.get(sender) ?? lane.chainNonce
    const asking = this.transactions.filter((t) => t.sender === sender)
    const rounds: LockedLane['rounds'] = async (sweepId, step) =>
      this.transactions.filter((t) => t.sweepId === sweepId && t.step === step)
    const locked = {
      nextNonce,
      closedReason: this.closed,
      unexplained: async () => (this.unexplained ? externalReason : undefined),
      close: async (reason: string) => {
        this.closed = reason
      },
      notFinal: async (afterBlock: bigint) =>
        asking.filter((t) => t.state === 'live' || (t.mined?.blockNumber ?? 0n) > afterBlock),
      isSweepOpen: async () => this.open,
      haltOf: async () => this.halt,
      heldCoin: async () => ({ heldWei: this.heldWei, gasWei: 0n }),
      spending: async () => this.spent,
      sweepsOfDay: async () => ({ count: 0, freeAt: null }),
      budgetFreeAt: async () => undefined,
      drainHaltOf: async () => undefined,
      rounds,
      insert: async (born: NewTransaction) => {
        this.born.push(born)
        this.nextNonces.set(sender, born.nonce + 1n)
        return this.put(toTransaction(chainId, sender, born))
      },
      find: async (key: string) => asking.find((t) => t.key === key),
      append: async (key: string, born: NewAttempt) => {
        const before = this.transactions.find((t) => t.key === key)
        if (!before) throw new Error(`no transaction ${key}`)
        const { signed, fees, l1FeeWei, ...more } = born
        const number = before.attempts.length + 1
        const attempt = { ...signed, ...more, ...fees, number, ...unsent }
        return this.put({ ...before, l1FeeWei, attempts: [...before.attempts, attempt] })
      },
    }
    const holderSweepId = this.holder
    if (holderSweepId !== undefined) return await decide({ ...locked, holderSweepId })
    // The sweep that reads its rounds becomes the holder.
    let asked: string | null = null
    return await decide({
      ...locked,
      rounds: (sweepId, step) => {
        asked = sweepId
        return rounds(sweepId, step)
      },
      get holderSweepId() {
        return asked
      },
    })
  }

  async ofSweep(sweepId: string) {
    return this.transactions.filter((t) => t.sweepId === sweepId)
  }

  async noteSend() {}

  async raiseCap(key: string, capWei: bigint) {
    const found = this.transactions.find((t) => t.key === key)
    if (found && found.feeCapWei < capWei) this.put({ ...found, feeCapWei: capWei })
  }

  put(transaction: Transaction): Transaction {
    this.transactions = [...this.transactions.filter((t) => t.key !== transaction.key), transaction]
    return transaction
  }

  /** Records the end of a transaction, as the lane loop does. */
  end(transaction: Transaction, state: Transaction['state'], mined: Mined | null): Transaction {
    return this.put({ ...transaction, state, mined })
  }
}

function toTransaction(chainId: number, sender: Address, born: NewTransaction): Transaction {
  return {
    key: transactionKey(born.sweepId, born.step, born.round),
    sweepId: born.sweepId,
    step: born.step,
    round: born.round,
    chainId,
    sender,
    nonce: born.nonce,
    to: born.to,
    valueWei: born.valueWei,
    data: born.data,
    gasLimit: born.fees.gasLimit,
    feeCapWei: born.feeCapWei,
    l1FeeWei: born.l1FeeWei,
    costLimitWei: born.costLimitWei ?? null,
    cancelReason: null,
    refusal: null,
    state: 'live',
    mined: null,
    attempts: [
      {
        ...born.signed,
        kind: 'send',
        number: 1,
        valueWei: born.valueWei,
        signedBlock: born.signedBlock,
        maxFeeWei: born.fees.maxFeeWei,
        maxPriorityFeeWei: born.fees.maxPriorityFeeWei,
        gasLimit: born.fees.gasLimit,
        ...unsent,
      },
    ],
  }
}
