import type { Deposit } from './deposit.ts'

/** What the intake holds a message against before it starts a run. */
export type KnownDeposit = Pick<
  Deposit,
  'id' | 'chainId' | 'asset' | 'wallet' | 'amount' | 'state' | 'confirmedAt'
>

export interface DepositLookup {
  /** undefined when no block ever showed it. */
  find(depositId: string): Promise<KnownDeposit | undefined>
}
