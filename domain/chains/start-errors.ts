import type { Address } from '../address.ts'
import type { Chain } from './chain.ts'

/** What a process has found before it reads a block or signs anything. */
export interface StartFacts {
  readonly pendingMigrations: number
  /** Chains of the config that `coldsweep migrate` has not met. */
  readonly unregistered: readonly number[]
  /**
   * Keepers of known chains of the config that are not the ones that the database has as current.
   */
  readonly unregisteredKeepers: readonly { readonly chainId: number; readonly address: Address }[]
  readonly coldWallets: readonly {
    readonly chainId: number
    readonly recorded: Address
    readonly configured: Address
  }[]
  /**
   * Which of our own addresses stand in the central table; empty where that is away: the loops bear
   * it.
   */
  readonly inUserwallet: ReadonlySet<Address>
}

/**
 * Addresses of a chain that must never be user wallets: one of them would be swept, or taken for a
 * depositor.
 */
export function ownAddresses(chains: readonly Chain[]) {
  return chains.flatMap((chain) => [
    { address: chain.coldWallet, what: `cold wallet of chain ${chain.id}` },
    { address: chain.gasKeeper.address, what: `gas keeper of chain ${chain.id}` },
    ...chain.tokens.flatMap(({ id, symbol }) =>
      id === 'native' ? [] : [{ address: id, what: `token ${symbol} of chain ${chain.id}` }],
    ),
  ])
}

/**
 * MONEY 18, 13: config, database and central table agree, or the process refuses to start: every
 * reason, with its mend. @param show as people read addresses
 */
export function startFaults(
  chains: readonly Chain[],
  facts: StartFacts,
  show: (address: Address) => string,
): readonly string[] {
  if (facts.pendingMigrations > 0) {
    return [`the database lacks ${facts.pendingMigrations} migration(s): run "coldsweep migrate"`]
  }
  return [
    ...facts.unregistered.map((id) => `chain ${id} is not registered: run "coldsweep migrate"`),
    ...facts.unregisteredKeepers.map(
      ({ chainId, address }) =>
        `chain ${chainId}: gasKeeper is ${show(address)}, which is not the keeper that the database knows: run "coldsweep migrate", or put the former one back`,
    ),
    ...facts.coldWallets.map(
      ({ chainId, recorded, configured }) =>
        `chain ${chainId}: coldWallet is ${show(configured)} in coldsweep.yaml, but ${show(recorded)} in the database: "coldsweep cold-wallet list" says whether it was changed by order; where it was not, the file was`,
    ),
    ...ownAddresses(chains)
      .filter(({ address }) => facts.inUserwallet.has(address))
      .map(
        ({ address, what }) =>
          `the ${what}, ${show(address)}, is in userwallet: take it out of one of them`,
      ),
  ]
}
