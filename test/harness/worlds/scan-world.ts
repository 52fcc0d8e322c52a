import type postgres from 'postgres'
import { encodeDeployData } from 'viem'
import { type HDAccount, mnemonicToAccount } from 'viem/accounts'
import { type ContractName, readArtifact } from '../../../devstack/contracts/artifact.ts'
import type { AnvilOptions } from '../../../devstack/services/anvil.ts'
import { type Address, type Hash, toAddress, toHash } from '../../../domain/address.ts'
import { type Devnet, openDevnet, type Token } from '../devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../devnet/own-anvil.ts'
import { drawAddress } from '../factories/seed-rows.ts'
import { type OwnDatabase, ownDatabase } from '../services/own-database.ts'
import { eventually } from '../waiting/eventually.ts'
import { aDevChain, type OwnScanner, type OwnScannerOptions, ownScanner } from './own-scanner.ts'

export interface DepositRow {
  readonly id: string
  readonly asset: string
  readonly wallet: string
  readonly amount: string
  readonly state: string
  readonly reason: string
  readonly block_number: string
  readonly block_hash: string
  readonly event_seq: number
}

/** A devnet that mines on request, with tokens, an exchange's table `userwallet` and scanners. */
export interface ScanWorld {
  readonly anvil: OwnAnvil
  readonly devnet: Devnet
  readonly sql: postgres.Sql
  readonly central: postgres.Sql
  readonly coldWallet: Address
  readonly keeper: Address
  /** The keeper's key is the devnet's sixth account. */
  readonly keeperAccount: HDAccount
  readonly databaseUrl: string
  readonly centralUrl: string
  token(contract: ContractName, symbol: string): Promise<Token>
  /**
   * Deploys a test contract with any constructor arguments from the devnet's second account.
   */
  deploy(contract: ContractName, args: readonly unknown[]): Promise<Token>
  /** Creates an address, and lists it in the exchange's table unless `unlisted`. */
  wallet(options?: { readonly unlisted?: boolean }): Promise<Address>
  list(address: Address): Promise<void>
  /** Waits until the transaction is mined. */
  receipt(hash: unknown): Promise<{ status: string; contractAddress: Address }>
  mine(blocks?: number): Promise<void>
  height(): Promise<bigint>
  /** Starts a scanner; `close` stops it. */
  scan(options?: Partial<OwnScannerOptions> & { readonly tokens?: readonly Token[] }): OwnScanner
  deposits(): Promise<DepositRow[]>
  /**
   * Waits until the scanner has stored the devnet's head, and its final height is at most two
   * blocks below the head.
   */
  caughtUp(): Promise<void>
  /**
   * Waits until a deposit of the transaction is in the state. Returns the transaction's first
   * deposit: give the `position` if there are several.
   */
  deposit(txHash: Hash, state: string, position?: string): Promise<DepositRow>
  events(
    type: string,
  ): Promise<{ seq: number; depositId?: string; data: Record<string, unknown> }[]>
  work(): Promise<{ route: string; body: Record<string, unknown> }[]>
  close(): Promise<void>
}

export async function scanWorld(anvilOptions: AnvilOptions = {}): Promise<ScanWorld> {
  const anvil = await ownAnvil(anvilOptions)
  const devnet = openDevnet(anvil)
  const own = await ownDatabase()
  const exchange: OwnDatabase = await ownDatabase({ empty: true })
  await exchange.sql`create table userwallet (address text, private_key text, currency text)`
  const coldWallet = toAddress(drawAddress())
  const keeperAccount = mnemonicToAccount(anvil.mnemonic, { addressIndex: 5 })
  const keeper = toAddress(keeperAccount.address)
  const scanners: OwnScanner[] = []
  const { sql } = own
  const deposits = () =>
    sql<DepositRow[]>`select * from deposits order by block_number, tx_index, log_order`
  const height = async () => BigInt((await devnet.request('eth_blockNumber')) as string)
  /** Polls for the receipt, because anvil mines a moment after it returns the hash. */
  const receipt = async (hash: unknown) =>
    (await eventually(
      () => devnet.request('eth_getTransactionReceipt', [hash]),
      (found) => found !== null,
    )) as { status: string; contractAddress: Address }
  const list = async (address: Address) => {
    const row = { address, private_key: `${'0'.repeat(63)}1`, currency: 'ANY' }
    await exchange.sql`insert into userwallet ${exchange.sql(row)}`
  }
  const owed = (kind: string) =>
    sql<
      { route: string; body: never }[]
    >`select route, body from outbox where kind = ${kind} order by id`

  return {
    anvil,
    devnet,
    sql,
    central: exchange.sql,
    coldWallet,
    keeper,
    keeperAccount,
    databaseUrl: own.url,
    centralUrl: exchange.url,
    token: (contract, symbol) => devnet.deployToken(contract, symbol, 18),
    async deploy(contract, args) {
      const { abi, bytecode } = readArtifact(contract)
      const data = encodeDeployData({ abi, bytecode, args })
      const [, from] = (await devnet.request('eth_accounts')) as string[]
      const hash = await devnet.request('eth_sendTransaction', [{ from, data }])
      const { contractAddress } = await receipt(hash)
      return { address: contractAddress, symbol: 'ANY', decimals: 18, abi }
    },
    async wallet({ unlisted = false } = {}) {
      const address = toAddress(drawAddress())
      if (!unlisted) await list(address)
      return address
    },
    list,
    receipt,
    async mine(blocks = 1) {
      await devnet.request('anvil_mine', [`0x${blocks.toString(16)}`])
    },
    height,
    scan({ tokens = [], ...options } = {}) {
      const scanner = ownScanner({
        chain: aDevChain({ id: anvil.chainId, coldWallet, keeper, tokens }),
        rpcUrls: [anvil.url],
        databaseUrl: own.url,
        centralUrl: exchange.url,
        ...options,
      })
      scanners.push(scanner)
      return scanner
    },
    deposits: async () => [...(await deposits())],
    async caughtUp() {
      const head = await height()
      await eventually(
        async () => (await sql`select height, final_height from scan_cursors`)[0],
        (row) =>
          BigInt(row?.['height'] ?? -1) >= head && BigInt(row?.['final_height'] ?? -1) >= head - 2n,
      )
    },
    async deposit(txHash, state, position) {
      const wanted = (row: DepositRow) =>
        row.id.includes(toHash(txHash)) &&
        (position === undefined || row.id.endsWith(`:${position}`))
      const rows = await eventually(
        async () => (await deposits()).filter(wanted),
        (found) =>
          found.some((row) => `${row.state}(${row.reason})` === state || row.state === state),
      )
      const [row] = rows
      if (!row) throw new Error(`no deposit of ${txHash}`)
      return row
    },
    events: async (type) =>
      (await owed('event')).filter(({ route }) => route === type).map(({ body }) => body),
    work: async () => [...(await owed('work'))],
    async close() {
      for (const scanner of scanners) await scanner.stop()
      await anvil.stop()
      await own.drop()
      await exchange.drop()
    },
  }
}
