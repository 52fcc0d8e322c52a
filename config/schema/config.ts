import type { Chain } from '../../domain/chains/chain.ts'
import type { FileEntry } from './file-schema.ts'
import type { Secret } from './secret.ts'

/**
 * Settings of a chain: those that the money code needs, and those of the scanner and the endpoints.
 */
export interface ChainConfig extends Chain {
  /** HTTP endpoints, at least one. They are secrets because they may carry an API key. */
  readonly rpcUrls: readonly Secret[]
  /**
   * Number of endpoints that must give the same answer to a request that decides about money (MONEY
   * 20).
   */
  readonly rpcQuorum: number
  /** WebSockets only announce new heads to the scanner; the list may be empty. */
  readonly wsUrls: readonly Secret[]
  /**
   * First block that the scanner reads on a chain that it has never scanned. `latest` is the head
   * at the first start.
   */
  readonly startBlock: 'latest' | bigint
  /**
   * How internal transfers to user wallets are found: by traces and balances, by balances alone,
   * or not at all.
   */
  readonly internalTransfers: 'trace' | 'balance' | 'off'
}

/** The content of coldsweep.yaml. Durations are in seconds and may be fractions. */
export interface FileConfig {
  readonly chains: readonly ChainConfig[]
  /** Seconds between two polls of the table `userwallet`. */
  readonly walletRefreshSeconds: number
  /** Number of past blocks to backfill for a new wallet. Older blocks need `coldsweep rescan`. */
  readonly lateWalletBlocks: number
  /** Hours between the proposal of a cold wallet and its earliest use (MONEY 18). */
  readonly coldWalletDelayHours: number
  readonly timers: Timers
  readonly limits: Limits
}

type Timers = Readonly<FileEntry['timers']>
type Limits = Readonly<FileEntry['limits']>

/** Settings that every process reads from the environment. All have defaults. */
interface ProcessConfig {
  readonly logLevel: string
  /** `port` 0 takes any free port; undefined means that `HTTP_PORT` is not set. */
  readonly http: { readonly host: string; readonly port: number | undefined }
  /** COLDSWEEP_RUN: id of the demo or test run that started this process. */
  readonly run: string | undefined
  /**
   * Chain id → private keys of retired keepers, which sign drains alone. Only with the need
   * `keeperKeys`. @default none
   */
  readonly retiredKeeperKeys?: ReadonlyMap<number, readonly Secret[]>
}

/**
 * Parts of the configuration that a process gets only if it needs them. A scanner never has a key.
 */
export interface Needs {
  readonly database: { readonly url: Secret }
  /** The exchange's database with `userwallet`; read only. */
  readonly central: { readonly url: Secret }
  readonly redis: { readonly url: Secret; readonly prefix: string }
  readonly rabbitmq: { readonly url: Secret; readonly prefix: string }
  /** `address` is host:port. */
  readonly temporal: { readonly address: string; readonly namespace: string }
  /**
   * Private key of each chain's gas keeper, by chain id: 0x and 64 hex digits. Every chain of the
   * file has one.
   */
  readonly keeperKeys: ReadonlyMap<number, Secret>
}

export type Need = keyof Needs
export type Config<N extends Need = never> = FileConfig & ProcessConfig & Pick<Needs, N>
