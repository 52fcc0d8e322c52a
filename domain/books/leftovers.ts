import type { Address } from '../address.ts'

/**
 * Gas money of one wallet, in wei, from the rows. sent + fromDeposits = spent + returned + left.
 */
export interface WalletGas {
  readonly chainId: number
  readonly wallet: Address
  /** Gas money that keepers sent, without failed transfers. */
  readonly sentWei: bigint
  /** Fees of the wallet's transactions, without the native sweeps that are booked. */
  readonly spentWei: bigint
  /** Gas money that native sweeps moved or used up, as `gasReturned` of the export. */
  readonly returnedWei: bigint
  /** Native balance beyond the wallet's uncovered deposits. */
  readonly leftWei: bigint
  /** Whether a sweep of the wallet is open, so that its gas money is in use. */
  readonly isInUse: boolean
}

/** Gas money of one chain, in wei. */
export interface GasTotal {
  readonly chainId: number
  /** Wallets with gas money left. */
  readonly wallets: number
  readonly sentWei: bigint
  /** Fees that the users' native deposits paid where the wallet had no gas money. */
  readonly fromDepositsWei: bigint
  readonly spentWei: bigint
  readonly returnedWei: bigint
  readonly leftWei: bigint
  readonly inUseWei: bigint
  /** `leftWei` in hundredths of a percent of `sentWei`; null if nothing was sent. */
  readonly leftShare: number | null
}

/** Reads the gas money of wallets. */
export interface GasMoney {
  /** Most gas money left first. */
  wallets(chainId: number | undefined): Promise<readonly WalletGas[]>
}

/** Sums the gas money of a chain's wallets. */
export function totalGas(chainId: number, wallets: readonly WalletGas[]): GasTotal {
  const sum = (of: (wallet: WalletGas) => bigint) => wallets.reduce((n, it) => n + of(it), 0n)
  const sentWei = sum((it) => it.sentWei)
  const spentWei = sum((it) => it.spentWei)
  const returnedWei = sum((it) => it.returnedWei)
  const leftWei = sum((it) => (it.isInUse ? 0n : it.leftWei))
  const inUseWei = sum((it) => (it.isInUse ? it.leftWei : 0n))
  return {
    chainId,
    wallets: wallets.filter((it) => it.leftWei > 0n && !it.isInUse).length,
    sentWei,
    fromDepositsWei: spentWei + returnedWei + leftWei + inUseWei - sentWei,
    spentWei,
    returnedWei,
    leftWei,
    inUseWei,
    leftShare: sentWei === 0n ? null : Number((leftWei * 10_000n) / sentWei),
  }
}
