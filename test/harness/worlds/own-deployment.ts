import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import type postgres from 'postgres'
import { type Address, getAddress, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { stringify } from 'yaml'
import { openRun, type Run, type StartedProcess } from '../../../devstack/run/run.ts'
import { type AnvilOptions, startAnvil } from '../../../devstack/services/anvil.ts'
import { scheduleIds } from '../../../workflows/contract.ts'
import { type Devnet, openDevnet, type Token } from '../devnet/devnet.ts'
import { builtProduct } from '../processes/built-product.ts'
import { runCli as migrate } from '../processes/run-cli.ts'
import { dropTopology } from '../services/own-bus.ts'
import { ownDatabase } from '../services/own-database.ts'
import { whileUnavailable } from '../waiting/while-unavailable.ts'

export interface DeploymentOptions {
  /** Ether that the keeper starts with. @default 10 */
  readonly keeperEther?: number
  readonly alertBelow?: string
  readonly anvil?: AnvilOptions
  /** Starts another node instead of anvil. The keeper then starts with 0 ETH. */
  readonly node?: (run: Run) => Promise<StartedNode>
  /** Endpoints instead of anvil, for example proxies in front of anvil. The caller closes them. */
  readonly rpc?: (anvilUrl: string) => Promise<readonly string[]>
  readonly tokens?: (devnet: Devnet) => Promise<readonly ListedToken[]>
  /** Overrides of `quickTimers` below. */
  readonly timers?: Readonly<Record<string, number>>
  readonly chain?: Readonly<Record<string, unknown>>
}

/** A running node. The first account of its mnemonic has a large balance. */
export interface StartedNode {
  readonly url: string
  readonly wsUrl: string
  readonly chainId: number
  readonly mnemonic: string
}

/** A token and its settings in coldsweep.yaml. */
type ListedToken = Token & {
  readonly min: string
  readonly maxGas?: number
  readonly budget?: { readonly perHour: string }
  readonly price?: { readonly fixed: string }
}

export interface CliAnswer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface OwnDeployment {
  readonly devnet: Devnet
  readonly tokens: readonly Token[]
  readonly coldWallet: Address
  readonly keeper: Address
  /** Texts that no workflow history, log or command output may contain. */
  readonly secrets: readonly string[]
  /** coldsweep's own database. */
  readonly sql: postgres.Sql
  /** The exchange's database with the table `userwallet`. */
  readonly central: postgres.Sql
  readonly client: Client
  readonly namespace: string
  /** Environment of the processes, including secrets. */
  readonly env: Readonly<Record<string, string>>
  /** Makes a wallet and, unless `unlisted`, its row in the central database. */
  addWallet(options?: {
    readonly unlisted?: boolean
  }): Promise<{ address: Address; list(): Promise<void> }>
  /** The private key of a wallet that addWallet made. */
  keyOf(wallet: Address): string
  /** @param differs variables that override the deployment's environment */
  start(verb: 'scanner' | 'worker', differs?: NodeJS.ProcessEnv): StartedProcess
  /** Starts Node with these arguments, for an entry file of a test. */
  startNode(name: string, args: string[], differs?: NodeJS.ProcessEnv): StartedProcess
  /** Runs a command, and repeats it while it reports a service as unavailable (exit code 75). */
  cli(...args: string[]): Promise<CliAnswer>
  close(): Promise<void>
}

const quickTimers = {
  gasWaitSeconds: 20,
  waitRecheckSeconds: 20,
  leaseSeconds: 60,
  attentionAfterSeconds: 600,
  adoptAfterSeconds: 60,
  keeperWatchSeconds: 1,
  gasSignalTtlSeconds: 600,
}

/**
 * Starts a full deployment: the CLI in separate processes, with new databases, a new devnet and a
 * new namespace.
 */
export async function ownDeployment(options: DeploymentOptions = {}): Promise<OwnDeployment> {
  const run = openRun()
  const undo: (() => Promise<unknown>)[] = [() => run.close()]
  try {
    const anvil = options.node
      ? await options.node(run)
      : await startAnvil(run, { blockTimeSeconds: 1, ...options.anvil })
    const rpc = (await options.rpc?.(anvil.url)) ?? [anvil.url]
    const devnet = openDevnet({ ...anvil, legacy: feeModeOf(options) === 'legacy' })
    const keeperKey = generatePrivateKey()
    const keeper = privateKeyToAccount(keeperKey).address
    const coldWallet = privateKeyToAccount(generatePrivateKey()).address
    if (!options.node) await devnet.setEther(keeper, options.keeperEther ?? 10)
    const tokens = (await options.tokens?.(devnet)) ?? []
    const database = await ownDatabase({ empty: true })
    undo.push(() => database.drop())
    const central = await ownDatabase({ empty: true })
    undo.push(() => central.drop())
    await central.sql`create table userwallet (address text, private_key text, currency text)`
    const namespace = `test-${randomBytes(6).toString('hex')}`
    const config = join(run.folder, 'coldsweep.yaml')
    writeFileSync(config, stringify(configOf(options, anvil, { rpc, coldWallet, keeper, tokens })))
    const env = {
      COLDSWEEP_CONFIG: config,
      DATABASE_URL: database.url,
      CENTRAL_DATABASE_URL: central.url,
      REDIS_URL: needed('TEST_REDIS_URL'),
      REDIS_PREFIX: `${namespace}:`,
      RABBITMQ_URL: needed('TEST_RABBITMQ_URL'),
      RABBITMQ_PREFIX: `${namespace}.`,
      TEMPORAL_ADDRESS: needed('TEST_TEMPORAL_ADDRESS'),
      TEMPORAL_NAMESPACE: namespace,
      GAS_KEEPER_PRIVATE_KEY: keeperKey,
      HTTP_PORT: '0',
    }
    const connection = await Connection.connect({ address: env.TEMPORAL_ADDRESS })
    undo.push(() => connection.close())
    const hosts = [anvil.url, ...rpc].map((url) => url.replace('http://', ''))
    const secrets: string[] = [keeperKey.slice(2), ...hosts, anvil.mnemonic]
    const keys = new Map<Address, Hex>()
    let started = 0
    const cliPath = join(await builtProduct(), 'coldsweep.mjs')
    const deployment: OwnDeployment = {
      devnet,
      tokens,
      coldWallet,
      keeper,
      secrets,
      sql: database.sql,
      central: central.sql,
      client: new Client({ connection, namespace }),
      namespace,
      env,
      async addWallet({ unlisted = false } = {}) {
        const key = generatePrivateKey()
        const { address } = privateKeyToAccount(key)
        secrets.push(key.slice(2))
        keys.set(address, key)
        const list = () => listWallet(central.sql, address, key)
        if (!unlisted) await list()
        return { address, list }
      },
      keyOf: (wallet) => keys.get(wallet) ?? '',
      start: (verb, differs) => deployment.startNode(verb, [cliPath, verb], differs),
      startNode(what, args, differs = {}) {
        started += 1
        const name = `${started}-${what}`
        return run.start({ name, command: process.execPath, args, env: { ...env, ...differs } })
      },
      cli: (...args) => whileUnavailable(() => runCli(cliPath, env, args)),
      async close() {
        for (const step of undo.reverse()) await step()
      },
    }
    undo.push(() => removeTraces(deployment))
    const migrated = await whileUnavailable(async () => {
      const { code, ...said } = await migrate(['migrate'], env)
      return { exitCode: code, ...said }
    })
    if (migrated.exitCode !== 0) throw new Error(`migrate failed: ${migrated.stderr}`)
    return deployment
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
}

/** Removes the deployment's schedules and queues, which the shared servers would keep. */
async function removeTraces({ client, env, devnet }: OwnDeployment): Promise<void> {
  const schedules = [
    scheduleIds.adopt,
    scheduleIds.keeperWatch(devnet.chainId),
    scheduleIds.reconcile(devnet.chainId),
  ]
  await Promise.allSettled(schedules.map((id) => client.schedule.getHandle(id).delete()))
  await dropTopology(env['RABBITMQ_URL'] ?? '', env['RABBITMQ_PREFIX'] ?? '').catch(() => {})
}

function feeModeOf({ chain = {} }: DeploymentOptions): unknown {
  const { feeMode } = chain as { readonly feeMode?: unknown }
  return feeMode
}

function configOf(
  options: DeploymentOptions,
  anvil: StartedNode,
  made: {
    rpc: readonly string[]
    coldWallet: Address
    keeper: Address
    tokens: readonly ListedToken[]
  },
) {
  return {
    chains: [
      {
        id: anvil.chainId,
        name: 'devnet',
        rpc: made.rpc,
        ws: [anvil.wsUrl],
        startBlock: 0,
        finality: { depth: 2 },
        blockTimeMs: 1000,
        feeMode: 'eip1559',
        coldWallet: made.coldWallet,
        gasKeeper: {
          address: made.keeper,
          alertBelow: options.alertBelow ?? '0.5',
          maxInFlight: 16,
        },
        gas: { maxFeeGwei: 200, maxPriorityFeeGwei: 2 },
        native: { symbol: 'ETH', min: '0.01' },
        tokens: made.tokens.map(({ address, symbol, decimals, min, maxGas, budget, price }) => ({
          address,
          symbol,
          decimals,
          min,
          ...(maxGas === undefined ? {} : { maxGas }),
          ...(budget === undefined ? {} : { budget }),
          ...(price === undefined ? {} : { price }),
        })),
        ...options.chain,
      },
    ],
    walletRefreshSeconds: 1,
    timers: { ...quickTimers, ...options.timers },
  }
}

/**
 * Inserts a wallet into `userwallet`. Exchanges store addresses in any case and keys with or
 * without 0x, so about half of the rows have each form.
 */
async function listWallet(sql: postgres.Sql, address: Address, key: Hex): Promise<void> {
  const odd = Number.parseInt(address.slice(-1), 16) % 2 === 1
  const row = odd
    ? { address: address.toLowerCase(), private_key: key.slice(2), currency: 'ANY' }
    : { address: getAddress(address), private_key: key, currency: 'ANY' }
  await sql`insert into userwallet ${sql(row)}`
}

function needed(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run \`npm test\`, or see devstack/stack.ts`)
  return value
}

function runCli(
  cliPath: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<CliAnswer> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 180_000 }
    execFile(process.execPath, [cliPath, ...args], options, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, stdout, stderr })
    })
  })
}
