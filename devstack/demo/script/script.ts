import type { AssetSymbol } from './assets.ts'

/** Expected end of a deposit: the final state of its row, or no row. */
export type End = 'done' | 'ignored(dust)' | 'no deposit'

/** A deposit that a customer makes during the demo. */
export interface PlannedDeposit {
  /** Name of the customer whose wallet receives the deposit. */
  to: string
  asset: AssetSymbol
  /** In human units. */
  amount: string
  end: End
  /** The special case that this deposit shows; may be empty. */
  note: string
  /** The transfer exceeds the sender's balance, so its transaction is mined with status 0. */
  fails?: true
}

const done = (to: string, asset: AssetSymbol, amount: string, note = ''): PlannedDeposit => ({
  to,
  asset,
  amount,
  end: 'done',
  note,
})

/** Customers send these deposits all at once, as soon as the scanner is ready. */
export const FIRST_DEPOSITS: readonly PlannedDeposit[] = [
  done('alice', 'ETH', '1.5'),
  done('bob', 'ETH', '0.8', 'two deposits of one asset to one wallet'),
  done('bob', 'ETH', '0.45', 'two deposits of one asset to one wallet'),
  done('carol', 'PLAIN', '250.75'),
  done('dave', 'SILENT', '1200.5'),
  done('erin', 'PLAIN', '60', 'two deposits of one token to one wallet'),
  done('erin', 'PLAIN', '40', 'two deposits of one token to one wallet'),
  done('frank', 'PLAIN', '12', 'two tokens and native coin in one wallet'),
  done('frank', 'SILENT', '34.5', 'two tokens and native coin in one wallet'),
  done('frank', 'ETH', '0.3', 'two tokens and native coin in one wallet'),
  { to: 'heidi', asset: 'PLAIN', amount: '0.4', end: 'ignored(dust)', note: 'below the minimum' },
  {
    to: 'ivan',
    asset: 'PLAIN',
    amount: '999999999',
    end: 'no deposit',
    note: 'a transfer that reverts',
    fails: true,
  },
  {
    to: 'judy',
    asset: 'STRAY',
    amount: '77',
    end: 'no deposit',
    note: 'a token that is not listed',
  },
  { to: 'kim', asset: 'PLAIN', amount: '0', end: 'no deposit', note: 'a transfer of 0 tokens' },
  done('leo', 'ETH', '0.6', 'the central table lists his wallet only after his deposit'),
]

/** The token's owner sends this deposit, and pauses the token with its next transaction. */
export const PAUSED_DEPOSIT = done(
  'grace',
  'PAUSE',
  '500',
  'its token is paused right after the deposit',
)

/** Customers send these deposits while no worker runs. */
export const LATER_DEPOSITS: readonly PlannedDeposit[] = [
  done('alice', 'ETH', '0.2', 'again, while no worker runs'),
  done('mia', 'SILENT', '15', 'while no worker runs'),
]

export const ALL_DEPOSITS = [...FIRST_DEPOSITS, PAUSED_DEPOSIT, ...LATER_DEPOSITS]

/** The customer whose wallet is added to the central table only after its deposit. */
export const UNLISTED_WALLET = 'leo'
