import type { AssetSymbol } from './assets.ts'

/** What must become of a deposit: a row in this state, or no row at all. */
export type End = 'done' | 'ignored(dust)' | 'no deposit'

export interface PlannedDeposit {
  /** A person of the cast. */
  to: string
  asset: AssetSymbol
  /** In human units. */
  amount: string
  end: End
  /** What is special about it. */
  note: string
  /** It asks for more than its sender has: mined with status 0. */
  fails?: true
}

const done = (to: string, asset: AssetSymbol, amount: string, note = ''): PlannedDeposit => ({
  to,
  asset,
  amount,
  end: 'done',
  note,
})

/** Sent at once, as soon as the scanner follows the chain. */
export const FIRST_DEPOSITS: readonly PlannedDeposit[] = [
  done('alice', 'ETH', '1.5'),
  done('bob', 'ETH', '0.8', 'two of one asset to one wallet'),
  done('bob', 'ETH', '0.45', 'two of one asset to one wallet'),
  done('carol', 'PLAIN', '250.75'),
  done('dave', 'SILENT', '1200.5'),
  done('erin', 'PLAIN', '60', 'two of one token to one wallet'),
  done('erin', 'PLAIN', '40', 'two of one token to one wallet'),
  done('frank', 'PLAIN', '12', 'two tokens and native coin in one wallet'),
  done('frank', 'SILENT', '34.5', 'two tokens and native coin in one wallet'),
  done('frank', 'ETH', '0.3', 'two tokens and native coin in one wallet'),
  { to: 'heidi', asset: 'PLAIN', amount: '0.4', end: 'ignored(dust)', note: 'below the minimum' },
  {
    to: 'ivan',
    asset: 'PLAIN',
    amount: '999999999',
    end: 'no deposit',
    note: 'a transfer that fails',
    fails: true,
  },
  {
    to: 'judy',
    asset: 'STRAY',
    amount: '77',
    end: 'no deposit',
    note: 'a token that is not listed',
  },
  { to: 'kim', asset: 'PLAIN', amount: '0', end: 'no deposit', note: 'a transfer of nothing' },
  done('leo', 'ETH', '0.6', 'his wallet enters the central table after his deposit'),
]

/** Sent by the token's owner, who pauses the token with his next transaction. */
export const PAUSED_DEPOSIT = done('grace', 'PAUSE', '500', 'its token is paused right after')

/** Sent while no worker runs. */
export const LATER_DEPOSITS: readonly PlannedDeposit[] = [
  done('alice', 'ETH', '0.2', 'again, while no worker runs'),
  done('mia', 'SILENT', '15', 'while no worker runs'),
]

export const ALL_DEPOSITS = [...FIRST_DEPOSITS, PAUSED_DEPOSIT, ...LATER_DEPOSITS]

export const LATE_WALLET = 'leo'
