import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Address, Hash } from 'viem'
import type { Asset, AssetSymbol } from '../../../devstack/demo/script/assets.ts'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import { tempFolder } from '../../../devstack/run/temp-folder.ts'
import type { Token } from '../devnet/devnet.ts'
import { builtProduct } from '../processes/built-product.ts'
import { type CrashOrder, cancelCrash, diedAtPoint, orderCrash } from '../processes/crashing.ts'
import { collectEvents, type SeenEvent } from '../services/collect-events.ts'
import { eventually } from '../waiting/eventually.ts'
import { type DeploymentOptions, type OwnDeployment, ownDeployment } from './own-deployment.ts'

/** A payment to a wallet. coldsweep must sweep its amount to the cold wallet. */
export interface Payment {
  readonly asset: AssetSymbol
  /** Lower-case. */
  readonly to: Address
  readonly amount: bigint
  readonly hash: Hash
}

/**
 * A process that can be killed and started again. A restart keeps the process's name and its file
 * of crash orders.
 */
export interface Mortal {
  readonly name: string
  readonly process: StartedProcess
  /**
   * Starts the process, or starts it again after it has ended. @param differs variables that
   * override the deployment's environment
   */
  start(differs?: NodeJS.ProcessEnv): void
  order(order: CrashOrder): void
  cancelOrder(): void
  diedAtPoint(): boolean
  /** Kills the process with SIGKILL. Resolves when it has ended. */
  kill(): Promise<void>
  /** Returns the end of the process's log. */
  lastWords(): string
}

/** A deployment whose processes a test kills, with the payments and events of the deployment. */
export interface FaultWorld {
  readonly deployment: OwnDeployment
  /** URL of the node itself, without the proxies that the processes use. */
  readonly nodeUrl: string
  readonly assets: readonly Asset[]
  readonly wallets: readonly Address[]
  readonly payments: readonly Payment[]
  readonly events: readonly SeenEvent[]
  /** Prepares a process without starting it. */
  mortal(kind: 'scanner' | 'worker', only?: string): Mortal
  addWallet(): Promise<Address>
  /** Resolves when the payment is mined. */
  pay(asset: AssetSymbol, to: Address): Promise<Payment>
  /** Pays one token to many wallets without waiting in between. Resolves when all are mined. */
  payMany(asset: AssetSymbol, to: readonly Address[]): Promise<readonly Payment[]>
  /** Waits until the row of each payment is `done`. Throws with the payments that are not done. */
  untilDone(limitMs: number): Promise<void>
  close(): Promise<void>
}

export const quickChain = { blockTimeMs: 250 } as const

const quickTimers = {
  gasWaitSeconds: 2,
  waitRecheckSeconds: 2,
  leaseSeconds: 8,
  keeperWatchSeconds: 60,
  // Long, because adoption would start the workflow of a deposit whose work message was lost, and
  // so hide the loss.
  adoptAfterSeconds: 900,
}

/**
 * Starts a deployment for fault tests: a chain of four blocks a second, two tokens, a funded keeper
 * and short timers.
 */
export async function faultWorld(options: DeploymentOptions = {}): Promise<FaultWorld> {
  const deployment = await ownDeployment({
    keeperEther: 0,
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLAIN', 18)), min: '1' },
      { ...(await devnet.deployToken('silent-token', 'SILENT', 6)), min: '1' },
    ],
    ...options,
    anvil: { blockTimeSeconds: quickChain.blockTimeMs / 1000, accounts: 1, ...options.anvil },
    chain: { blockTimeMs: quickChain.blockTimeMs, ...options.chain },
    timers: { ...quickTimers, ...options.timers },
  })
  const entry = join(await builtProduct(), 'test/harness/processes/crashing-process.js')
  const { devnet } = deployment
  // The keeper gets a real payment instead of anvil_setBalance, because the judge reads the payment
  // from the chain.
  await devnet.pay(deployment.keeper, '10')
  const bus = await collectEvents(deployment.env)
  const assets = assetsOf(deployment)
  const payments: Payment[] = []
  const wallets: Address[] = []
  const mortals: Mortal[] = []
  let amounts = 0n
  // All amounts differ, so that a wrong sum cannot match by chance.
  const drawAmount = (token: Token | undefined) => {
    amounts += 1n
    return token
      ? (2n + amounts) * 10n ** BigInt(token.decimals) + amounts
      : 10n ** 17n + amounts * 10n ** 12n
  }
  const tokenNamed = (symbol: AssetSymbol) => deployment.tokens.find((one) => one.symbol === symbol)

  return {
    deployment,
    nodeUrl: deployment.devnet.url,
    assets,
    wallets,
    payments,
    events: bus.events,
    mortal(kind, only) {
      const mortal = createMortal(deployment, entry, `${kind}${only ?? ''}-${mortals.length}`, [
        kind,
        ...(only ? [only] : []),
      ])
      mortals.push(mortal)
      return mortal
    },
    async addWallet() {
      const { address } = await deployment.addWallet()
      const wallet = address.toLowerCase() as Address
      wallets.push(wallet)
      return wallet
    },
    async pay(symbol, to) {
      const token = tokenNamed(symbol)
      const amount = drawAmount(token)
      const hash = token
        ? await devnet.payToken(token, to, amount)
        : await devnet.payWei(to, amount)
      const payment = { asset: symbol, to, amount, hash }
      payments.push(payment)
      return payment
    },
    async payMany(symbol, wallets) {
      const token = tokenNamed(symbol)
      if (!token) throw new Error(`${symbol} is no token of this world`)
      const parts = wallets.map((to) => ({ asset: symbol, to, amount: drawAmount(token) }))
      const paid = await devnet.payTokenToMany(token, parts)
      const made = parts.map((part, n) => ({ ...part, hash: paid[n] ?? '0x' }))
      payments.push(...made)
      return made
    },
    async untilDone(limitMs) {
      const left = async () => {
        const rows = await deployment.sql`
          select tx_hash, state, reason, detail from deposits order by detected_at`
        return payments.flatMap(({ hash, asset }) => {
          const row = rows.find((one) => one['tx_hash'] === hash)
          if (row?.['state'] === 'done') return []
          const { state = 'unseen', reason = '', detail = '' } = row ?? {}
          return [`${asset} ${hash} ${state}(${reason}) ${detail}`]
        })
      }
      await eventually(left, (some) => some.length === 0, limitMs)
    },
    async close() {
      await bus.close()
      await deployment.close()
    },
  }
}

function createMortal(
  deployment: OwnDeployment,
  entry: string,
  name: string,
  args: string[],
): Mortal {
  const orders = join(tempFolder(), `crash-${deployment.namespace}-${name}`)
  let process_: StartedProcess | undefined
  const current = () => {
    if (!process_) throw new Error(`${name} was never started`)
    return process_
  }
  return {
    name,
    get process() {
      return current()
    },
    start(differs = {}) {
      const env = { ...differs, CRASH_ORDERS: orders }
      process_ = deployment.startNode(name, [entry, ...args], env)
    },
    order: (order) => orderCrash(orders, order),
    cancelOrder: () => cancelCrash(orders),
    diedAtPoint: () => diedAtPoint(orders),
    async kill() {
      if (current().exitCode === undefined) process.kill(current().pid, 'SIGKILL')
      await current().ended
    },
    lastWords: () => readFileSync(current().logFile, 'utf8').slice(-2_000),
  }
}

function assetsOf({ tokens }: OwnDeployment): readonly Asset[] {
  const native: Asset = { symbol: 'ETH', decimals: 18, min: 10n ** 16n, token: undefined }
  return [
    native,
    ...tokens.map(({ address, symbol, decimals }) => ({
      symbol: symbol as AssetSymbol,
      decimals,
      min: 10n ** BigInt(decimals),
      token: address.toLowerCase() as Address,
    })),
  ]
}
