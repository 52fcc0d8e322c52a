import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Address, parseEther } from 'viem'
import { type Anvil, startAnvil } from '../../services/anvil.ts'
import type { Stack } from '../../services/stack-of-services.ts'
import { type Asset, assetsOf } from '../script/assets.ts'
import { type Cast, drawCast } from '../script/cast.ts'
import { UNLISTED_WALLET } from '../script/script.ts'
import { type Databases, makeDatabases } from './central-database.ts'
import { configText } from './config-text.ts'
import { type Devnet, openDevnet } from './devnet.ts'
import { openProduct, type Product } from './product.ts'
import { type ProductEnvironment, shellExports } from './product-environment.ts'
import { type DeployedTokens, deployTokens } from './tokens-on-chain.ts'

/**
 * The keeper's first balance in ETH, which pays for exactly one token sweep. The gas of a sweep and
 * of the transfer that funds it costs between 0.000062 ETH (the cold wallet already holds the token
 * and the base fee has fallen to 0) and 0.000097 ETH (the token's first sweep, at the chain's first
 * base fee).
 */
const KEEPER_OPENING = '0.00011'
const ALERT_BELOW = '0.05'
/**
 * The chain's first base fee. anvil's default of 1 gwei would fall for a minute, so fees would
 * change during the script.
 */
const BASE_FEE_WEI = 100_000_000

/** Everything that is prepared before coldsweep's processes start. */
export interface Stage {
  anvil: Anvil
  devnet: Devnet
  cast: Cast
  assets: Asset[]
  tokens: Address[]
  databases: Databases
  env: ProductEnvironment
  product: Product
  /** A file of exports. In a shell that sources it (`. <file>`), the CLI works on this run. */
  envFile: string
}

/**
 * Sets up chain, tokens, central table and configuration. Runs `coldsweep migrate` while the tokens
 * are mined.
 */
export async function prepareStage(stack: Stack, say: (line: string) => void): Promise<Stage> {
  const { run } = stack
  const cast = drawCast()
  const inTime = cast.wallets.filter(({ name }) => name !== UNLISTED_WALLET)
  const [{ anvil, devnet, deployed }, databases] = await Promise.all([
    startChain(stack),
    makeDatabases(stack.addressOf('postgres'), run.id, inTime),
  ])
  say(
    `  ${'devnet'.padEnd(11)} ${anvil.url.padEnd(46)} anvil, chain ${anvil.chainId}, one block per second`,
  )
  const assets = assetsOf(deployed.addresses)
  const env = environmentOf(stack, databases)
  const keeperKey = { GAS_KEEPER_PRIVATE_KEY: cast.keeper.privateKey }
  const envFile = join(run.makeFolder('shell'), 'coldsweep.env')
  writeFileSync(envFile, shellExports({ ...env, ...keeperKey }), { mode: 0o600 })
  writeFileSync(
    env.COLDSWEEP_CONFIG,
    configText({
      chainId: anvil.chainId,
      rpcUrl: anvil.url,
      wsUrl: anvil.wsUrl,
      coldWallet: cast.cold.address,
      keeper: cast.keeper.address,
      alertBelow: ALERT_BELOW,
      tokens: deployed.addresses,
    }),
  )
  say(
    'preparing test tokens, the central table with its wallets, and the schema (coldsweep migrate)',
  )
  const product = await openProduct(run, env, keeperKey)
  await Promise.all([
    product.verb('migrate', ['migrate']),
    deployed.ready,
    payKeeper(devnet, cast, KEEPER_OPENING),
  ])
  const tokens = deployed.addresses
  return { anvil, devnet, cast, assets, tokens, databases, env, product, envFile }
}

async function startChain({
  run,
}: Stack): Promise<{ anvil: Anvil; devnet: Devnet; deployed: DeployedTokens }> {
  const anvil = await startAnvil(run, {
    blockTimeSeconds: 1,
    args: ['--block-base-fee-per-gas', String(BASE_FEE_WEI)],
  })
  const devnet = openDevnet(anvil)
  return { anvil, devnet, deployed: await deployTokens(devnet) }
}

/**
 * Sends native coin to the keeper and waits until the payment is mined.
 * @param amount in ETH
 */
export async function payKeeper(devnet: Devnet, cast: Cast, amount: string): Promise<void> {
  const value = parseEther(amount)
  const hash = await devnet.operator.send({ to: cast.keeper.address, value, gas: 21_000n })
  await devnet.mined([hash])
}

function environmentOf(stack: Stack, databases: Databases): ProductEnvironment {
  const name = `coldsweep-${stack.run.id}`
  return {
    COLDSWEEP_CONFIG: join(stack.run.logFolder, 'coldsweep.yaml'),
    DATABASE_URL: databases.own,
    CENTRAL_DATABASE_URL: databases.central,
    REDIS_URL: stack.addressOf('redis'),
    REDIS_PREFIX: `${name}:`,
    RABBITMQ_URL: stack.addressOf('rabbitmq'),
    RABBITMQ_PREFIX: `${name}:`,
    TEMPORAL_ADDRESS: stack.addressOf('temporal'),
    TEMPORAL_NAMESPACE: name,
  }
}
