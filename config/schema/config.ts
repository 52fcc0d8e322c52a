import type { Chain } from '../../domain/chains/chain.ts'
import type { FileEntry } from './file-schema.ts'
import type { Secret } from './secret.ts'

/** A chain as the money code needs it, plus how to reach it. */
export interface ChainConfig extends Chain {
  /** HTTP endpoints, at least one. Secrets, because they may carry an API key. */
  readonly rpcUrls: readonly Secret[]
  /** How many of them must give the same answer where money hangs on it (MONEY 20). */
  readonly rpcQuorum: number
  /** Sockets only raise the scanner's target; none is fine. */
  readonly wsUrls: readonly Secret[]
  /** Where a chain without a cursor begins: the head at its first start, or this height. */
  readonly startBlock: 'latest' | bigint
  /**
   * How coin that contracts pay to user wallets is found: by traces and balances, by balances
   * alone, or not at all.
   */
  readonly internalTransfers: 'trace' | 'balance' | 'off'
  readonly gas: Chain['gas'] & {
    /** Cap of what one sweep's gas rounds may fund together (MONEY 2). */
    readonly maxPerSweepWei: bigint
  }
}

/** What stands in coldsweep.yaml. Lengths of time are seconds and may be fractions. */
export interface FileConfig {
  readonly chains: readonly ChainConfig[]
  /** How soon a new row of `userwallet` is seen. */
  readonly walletRefreshSeconds: number
  /** How many blocks are read again for a wallet found late; older ones want `coldsweep rescan`. */
  readonly lateWalletBlocks: number
  /** How long a proposed cold wallet waits before it may be taken into use (MONEY 18). */
  readonly coldWalletDelayHours: number
  readonly timers: Timers
  readonly limits: Limits
}

type Timers = Readonly<FileEntry['timers']>
type Limits = Readonly<FileEntry['limits']>

/** What every process gets from the environment, with defaults for all. */
interface ProcessConfig {
  readonly logLevel: string
  /** `port` 0 takes any free one; undefined means that none was asked for. */
  readonly http: { readonly host: string; readonly port: number | undefined }
  /** COLDSWEEP_RUN: names the run that a process belongs to, for whoever started it. */
  readonly run: string | undefined
}

/** What a process gets only if it says that it needs it: a scanner never holds a key. */
export interface Needs {
  readonly database: { readonly url: Secret }
  /** The exchange's own database with `userwallet`; read only. */
  readonly central: { readonly url: Secret }
  readonly redis: { readonly url: Secret; readonly prefix: string }
  readonly rabbitmq: { readonly url: Secret; readonly prefix: string }
  /** `address` is host:port. */
  readonly temporal: { readonly address: string; readonly namespace: string }
  /**
   * Chain id → private key of its GAS_KEEPER, 0x and 64 hex digits; one for every chain of the
   * file.
   */
  readonly keeperKeys: ReadonlyMap<number, Secret>
}

export type Need = keyof Needs
export type Config<N extends Need = never> = FileConfig & ProcessConfig & Pick<Needs, N>
