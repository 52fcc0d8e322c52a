import { randomUUID } from 'node:crypto'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { isTerminal } from '../../../domain/deposits/deposit-state.ts'
import type { DustLimits } from '../../../domain/sweeps/dust-order.ts'
import type { Sweep, SweepOutcome, SweepPlan } from '../../../domain/sweeps/sweep.ts'
import type { Claim, StateChange, SweepStore } from '../../../domain/sweeps/sweep-store.ts'

/**
 * In-memory rows of sweeps and deposits, for one wallet and asset at a time. No other run exists:
 * the test sets the effects of other runs in the fields below.
 */
export class FakeSweeps implements SweepStore {
  readonly deposits = new Map<string, Deposit>()
  readonly sweeps = new Map<string, Sweep>()
  /**
   * Calls in order: `releaseSweep`, `giveUp`, `savePlan`, … Calls of `claim`, `setState`,
   * `coverLate`, `close` and `noteOrder` are not recorded.
   */
  readonly calls: string[] = []
  /** Result of every claim, for example of a taken lane. @default the claim succeeds */
  claimed: Exclude<Claim, { kind: 'mine' }> | undefined
  lastMinedBlock: bigint | null = null
  leaseLost = false
  tokensFirst = false
  /** Whether an earlier sweep covers a late deposit. */
  coversLate = false
  /** Whether more of a deposit is missing than its wallet spent on gas. */
  gone = false
  /** Whether the deposit was credited inside a sweep of its own wallet. */
  ownInterest = false
  /** Limits of an operator's order to sweep the wallet's dust. */
  dustLimits: DustLimits | undefined
  /** Native coin that is held in the wallet, in wei. */
  heldWei = 0n
  confirmed: bigint | null = 1_000n
  orders: unknown[] = []

  put(deposit: Deposit): Deposit {
    this.deposits.set(deposit.id, deposit)
    return deposit
  }

  async deposit(id: string) {
    return this.deposits.get(id)
  }
  async find(sweepId: string) {
    return this.sweeps.get(sweepId)
  }
  async claim(deposit: Deposit, holder: string): Promise<Claim> {
    if (this.claimed) return this.claimed
    const open = [...this.sweeps.values()].find((s) => !s.closed && s.asset === deposit.asset)
    const sweep: Sweep = {
      id: open?.id ?? randomUUID(),
      chainId: deposit.chainId,
      wallet: deposit.wallet,
      asset: deposit.asset,
      closed: false,
      leaseHolder: holder,
      plan: open?.plan ?? null,
      outcome: open?.outcome ?? null,
    }
    this.sweeps.set(sweep.id, sweep)
    this.put({ ...deposit, sweepId: sweep.id })
    return { kind: 'mine', sweep, lastMinedBlock: this.lastMinedBlock }
  }
  async renew(sweepId: string) {
    return !this.leaseLost && this.sweeps.get(sweepId)?.closed === false
  }
  async touch(depositId: string) {
    this.calls.push(`touch ${depositId}`)
  }
  async noteStepError(depositId: string, detail: string) {
    this.calls.push(`noteStepError ${depositId} ${detail}`)
  }
  async savePlan(sweepId: string, plan: SweepPlan) {
    this.calls.push('savePlan')
    this.change(sweepId, { plan })
  }
  async setState({ depositId, state, reason, detail }: StateChange) {
    const deposit = this.deposits.get(depositId)
    if (deposit && !isTerminal(deposit.state)) this.put({ ...deposit, state, reason, detail })
  }
  async releaseSweep(sweepId: string | null, _holder: string, change?: StateChange) {
    this.calls.push(sweepId === null ? 'releaseSweep of nothing' : 'releaseSweep')
    if (sweepId !== null) this.change(sweepId, { leaseHolder: null })
    if (change) await this.setState(change)
  }
  async releaseLane(sweepId: string, _holder: string, change: StateChange) {
    this.calls.push('releaseLane')
    this.change(sweepId, { leaseHolder: null })
    await this.setState(change)
  }
  async giveUp(sweepId: string, _holder: string, reason: string) {
    this.calls.push(`giveUp ${reason}`)
    this.change(sweepId, { closed: true })
  }
  async tokensGoFirst() {
    return this.tokensFirst
  }
  async coverLate(depositId: string) {
    const deposit = this.deposits.get(depositId)
    if (this.coversLate && deposit) this.put({ ...deposit, state: 'done', reason: '' })
    return this.coversLate
  }
  async isGone() {
    return this.gone
  }
  async isOwnInterest() {
    return this.ownInterest
  }
  async heldCoin() {
    return { heldWei: this.heldWei, gasWei: 0n }
  }
  async dustOrder() {
    return this.dustLimits
  }
  async saveOutcome(sweepId: string, outcome: SweepOutcome) {
    this.calls.push('saveOutcome')
    this.change(sweepId, { outcome })
  }
  async interruptedCloses(): Promise<readonly string[]> {
    return []
  }

  async close(sweepId: string) {
    this.change(sweepId, { closed: true })
    const covered = [...this.deposits.values()].filter((d) => d.sweepId === sweepId)
    for (const deposit of covered) this.put({ ...deposit, state: 'done', covered: true })
    return covered.length
  }
  async closeRefused(sweepId: string) {
    this.calls.push('closeRefused')
    this.change(sweepId, { closed: true })
    return undefined
  }
  async noteOrder(order: object) {
    this.orders.push(order)
    return 'new' as const
  }

  change(sweepId: string, more: Partial<Sweep>): void {
    const sweep = this.sweeps.get(sweepId)
    if (sweep) this.sweeps.set(sweepId, { ...sweep, ...more })
  }
}
