import type { Address } from '../address.ts'
import type { Chain } from './chain.ts'

/** Facts that a process collects at its start, before it reads a block or signs. */
export interface StartFacts {
  readonly pendingMigrations: number
  /** Configured chains that `coldsweep migrate` has not registered. */
  readonly unregistered: readonly number[]
  /** Configured keepers of registered chains that are not the current keeper in the database. */
  readonly unregisteredKeepers: readonly { readonly chainId: number; readonly address: Address }[]
  readonly coldWallets: readonly {
    readonly chainId: number
    readonly recorded: Address
    readonly configured: Address
  }[]
  /**
   * Addresses of `ownAddresses` that the table `userwallet` contains. Empty while the central
   * database is down, because the processes may start without it.
   */
  readonly inUserwallet: ReadonlySet<Address>
}

/**
 * Returns the addresses of the chains that must never be user wallets. Otherwise coldsweep would
 * sweep them, or credit their transfers as deposits.
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
 * MONEY 13, 18: compares configuration, database and central table. Returns one sentence for each
 * error, with its fix. A process with an error refuses to start.
 * @param show formats an address for people
 */
export function startErrors(
  chains: readonly Chain[],
  facts: StartFacts,
  show: (address: Address) => string,
): readonly string[] {
  if (facts.pendingMigrations > 0) {
    return [`the database lacks ${facts.pendingMigrations} migration(s): run "coldsweep migrate"`]
  }
  return [
    ...facts.unregistered.map((id) => `chain ${id} is not registered: run "coldsweep migrate"`),
    ...addressErrors(facts, show),
    ...ownAddresses(chains)
      .filter(({ address }) => facts.inUserwallet.has(address))
      .map(
        ({ address, what }) =>
          `the ${what}, ${show(address)}, is in userwallet: remove it there, or correct coldsweep.yaml`,
      ),
  ]
}

/** Errors of cold wallets and keepers that differ from the recorded ones (MONEY 18). */
export function addressErrors(
  facts: Pick<StartFacts, 'unregisteredKeepers' | 'coldWallets'>,
  show: (address: Address) => string,
): readonly string[] {
  return [
    ...facts.unregisteredKeepers.map(
      ({ chainId, address }) =>
        `chain ${chainId}: gasKeeper is ${show(address)}, which is not the keeper that the database knows: run "coldsweep migrate" to register it, or restore the previous address`,
    ),
    ...facts.coldWallets.map(
      ({ chainId, recorded, configured }) =>
        `chain ${chainId}: coldWallet is ${show(configured)} in coldsweep.yaml, but ${show(recorded)} in the database: "coldsweep cold-wallet list" shows whether an order changed it; otherwise somebody changed the file`,
    ),
  ]
}
