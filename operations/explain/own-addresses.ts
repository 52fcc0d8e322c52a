import type { Address } from '../../domain/address.ts'
import type { Watch } from '../../domain/scan/credit-rule.ts'
import type { ChainRows, ExplainRows, WalletTable } from '../../domain/scan/explain-rows.ts'
import type { ExplainedChain } from './answer.ts'

export type Role = 'user wallet' | 'gas keeper' | 'retired gas keeper' | 'cold wallet' | 'token'

/** Which addresses belong to the deployment on one chain. */
export interface OwnAddresses {
  /** The rule's view: the same addresses as the scanner's. */
  readonly watch: Watch
  /** Which of the addresses have a row in `userwallet` now, or why that is unknown. */
  readonly listed: ReadonlySet<Address> | { readonly why: string }
  /** Time at which the scanner first read a wallet. */
  readonly walletsSince: ReadonlyMap<Address, Date>
  roleOf(address: Address): Role | undefined
}

/** @param addresses the addresses that the caller asks about */
export async function readOwnAddresses(
  chain: ExplainedChain,
  rows: ChainRows,
  addresses: readonly Address[],
  { book, table }: { readonly book: Pick<ExplainRows, 'wallets'>; readonly table: WalletTable },
): Promise<OwnAddresses> {
  const [walletsSince, listed] = await Promise.all([
    book.wallets(addresses),
    table.listed(addresses),
  ])
  const retired = new Set(rows.keepers.filter((one) => one.retired).map(({ address }) => address))
  const keepers = new Set([...rows.keepers.map(({ address }) => address), chain.gasKeeper.address])
  const tokens = new Set(chain.tokens.map(({ id }) => id as Address))
  const isWallet = (address: Address) => walletsSince.has(address)
  return {
    watch: { chainId: chain.id, tokens, keepers, isWallet },
    listed,
    walletsSince,
    roleOf(address) {
      if (address === chain.coldWallet || address === rows.coldWallet) return 'cold wallet'
      if (retired.has(address)) return 'retired gas keeper'
      if (keepers.has(address)) return 'gas keeper'
      if (tokens.has(address)) return 'token'
      return isWallet(address) ? 'user wallet' : undefined
    },
  }
}
