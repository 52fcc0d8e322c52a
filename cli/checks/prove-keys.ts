import { countWalletRows, proveWallets } from '../../adapters/central/prove-wallets.ts'
import {
  type FaultyWallet,
  type WalletFault,
  walletFaults,
} from '../../adapters/central/wallet-rows.ts'
import { createTransactionCodec } from '../../adapters/viem/transaction-codec.ts'
import type { Needs } from '../../config/schema/config.ts'
import { formatProgress } from '../render/progress-bar.ts'
import { type CheckResult, failed, passed } from './check-result.ts'
import { centralWhere, countOf, few, unreadTable } from './check-wallets.ts'

/** The result of `config check --wallets` about all rows of `userwallet`. */
export interface ProvedWallets {
  readonly rows: number
  readonly wallets: number
  readonly faults: Readonly<Record<WalletFault, number>>
  /** The first faulty wallets, at most `mostListed`. */
  readonly faulty: readonly FaultyWallet[]
}

const mostListed = 10_000
const mostNamed = 20

/** Derives the address of every key (MONEY 14). @param show shows a line of progress */
export async function proveKeys(
  { url }: Needs['central'],
  show: ((line: string) => void) | undefined,
): Promise<{ readonly results: CheckResult[]; readonly proved: ProvedWallets | undefined }> {
  const faults = { 'bad-address': 0, 'no-key': 0, 'bad-key': 0, 'key-of-another': 0 }
  const seen = { rows: 0, wallets: 0, faults: { ...faults, 'contradicting-rows': 0 } }
  const faulty: FaultyWallet[] = []
  const startedAt = performance.now()
  try {
    const total = show ? await countWalletRows(url.reveal()) : 0
    const { addressOfKey } = createTransactionCodec()
    for await (const step of proveWallets(url.reveal(), addressOfKey)) {
      seen.rows += step.rows
      seen.wallets += step.wallets
      for (const one of step.faulty) {
        seen.faults[one.fault] += 1
        if (faulty.length < mostListed) faulty.push(one)
      }
      const seconds = (performance.now() - startedAt) / 1_000
      show?.(`proving keys ${formatProgress(seen.rows, total, seen.rows / seconds)}`)
    }
  } catch (error) {
    const what = `the proof of all keys ended after ${countOf(seen.rows, 'row')}`
    return { results: [unreadTable(error, what)], proved: undefined }
  } finally {
    show?.('')
  }
  const proved = { ...seen, faulty }
  return { results: describe(proved), proved }
}

const words: Readonly<Record<WalletFault, readonly [code: string, what: string, fix: string]>> = {
  'bad-address': [
    'wallet-address',
    'without an EVM address, so no deposit to it is found',
    'write "0x" and 40 hex digits',
  ],
  'no-key': ['wallet-key', 'without a private key', 'add the key of the address'],
  'bad-key': [
    'wallet-key',
    'with a text that is no private key',
    'write 64 hex digits, with or without 0x',
  ],
  'key-of-another': [
    'wallet-key',
    'with the key of another address',
    'write the key that belongs to the address',
  ],
  'contradicting-rows': [
    'wallet-rows',
    'with a row that has its key, and a row that has not',
    'remove the rows whose key does not belong to the address',
  ],
}

function describe({ rows, wallets, faults, faulty }: ProvedWallets): CheckResult[] {
  const results = walletFaults.flatMap((fault) => {
    const count = faults[fault]
    if (count === 0) return []
    const examples = faulty.filter((one) => one.fault === fault).map(({ address }) => address)
    const [code, what, fix] = words[fault]
    const who = countOf(count, fault === 'bad-address' ? 'row' : 'wallet')
    return [
      failed(code, centralWhere, `${who} ${what}: ${few({ count, examples }, mostNamed)}`, fix),
    ]
  })
  if (results.length > 0) return results
  const all = `${countOf(rows, 'row')}, ${countOf(wallets, 'wallet')}`
  return [passed(centralWhere, `every key of userwallet fits its address (${all})`)]
}
