import { toEip55 } from '../../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../../config/load-config.ts'
import type { ChainConfig } from '../../../config/schema/config.ts'
import type { Address } from '../../../domain/address.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import { BadInput, NotYet } from '../../../domain/money-errors.ts'
import { createAssetNames } from '../../../operations/views/asset-names.ts'
import { adoptBalancesNow } from '../../../workers/main.ts'
import { formatTable } from '../../render/table.ts'
import { unavailable, usageError } from '../../session/cli-error.ts'
import { exitCodes, type Outcome, type Session } from '../../session/outcome.ts'
import type { Paint } from '../../session/paint.ts'
import { pickChains } from '../../session/pick-chains.ts'

interface AdoptArguments {
  readonly chain: number
  readonly wallet?: Address
  readonly all?: boolean
  readonly asset?: string
  readonly dryRun?: boolean
  readonly operator: string
  readonly reason: string
}

const noteEveryMs = 2_000
const shownRows = 50

/**
 * MONEY 25: turns balances that no row explains into opening balances, which are swept. Exit code 1
 * if a balance could not be judged now. Safe to repeat.
 */
export async function adoptBalance(args: AdoptArguments, session: Session): Promise<Outcome> {
  const { wallet, all = false, dryRun = false, operator, reason } = args
  if ((wallet !== undefined) === all)
    throw usageError(
      all ? '--wallet and --all exclude each other' : 'neither --wallet nor --all is given',
      'name one user wallet with --wallet <address>, or add --all for every user wallet',
    )
  const config = loadConfig({ need: ['database'], env: session.env })
  const [chain] = pickChains(config.chains, args.chain)
  if (!chain) throw usageError('coldsweep.yaml has no chain', 'add the chain to coldsweep.yaml')
  const assets = assetsOf(chain, args.asset)
  let noted = Date.now()
  const onProgress = (wallets: number) => {
    if (Date.now() - noted < noteEveryMs) return
    noted = Date.now()
    session.note(`read the balances of ${wallets} wallets`)
  }
  const request = { wallet, assets, dryRun, operator, reason, onProgress }
  const found = await adoptBalancesNow(config.database, chain, request).catch((error) => {
    if (error instanceof NotYet)
      throw unavailable(error.message, 'start the scanner, or wait until it has caught up')
    if (error instanceof BadInput)
      throw usageError(error.message, 'add its row to userwallet and start the scanner first')
    throw error
  })
  const names = createAssetNames(config.chains)
  const adopted = found.adopted.map(({ depositId, ...it }) => ({
    depositId,
    wallet: toEip55(it.wallet),
    asset: it.asset === 'native' ? 'native' : toEip55(it.asset),
    symbol: names.symbol(chain.id, it.asset),
    amount: it.amount.toString(),
    formatted: names.amount(chain.id, it.asset, it.amount),
  }))
  const skipped = found.skipped.map(({ wallet: of, asset, why }) => ({
    wallet: toEip55(of),
    symbol: names.symbol(chain.id, asset),
    why,
  }))
  const data = {
    chainId: chain.id,
    blockNumber: Number(found.block.number),
    blockHash: found.block.hash,
    wallets: found.wallets,
    dryRun,
    adopted,
    skipped,
  }
  return {
    data,
    text: (paint) => describe(chain, data, paint),
    errors: skipped.slice(0, shownRows).map((it) => ({
      code: 'not-judged',
      message: `${it.wallet} ${it.symbol}: ${it.why}`,
      hint: 'run the same command again afterwards; what is adopted stays adopted',
    })),
    exitCode: skipped.length > 0 ? exitCodes.failed : exitCodes.ok,
  }
}

function assetsOf(chain: ChainConfig, text: string | undefined): readonly AssetId[] {
  const listed = [chain.native, ...chain.tokens]
  if (text === undefined) return listed.map(({ id }) => id)
  const wanted = text.toLowerCase()
  const found = listed.filter(
    ({ id, symbol }) => symbol.toLowerCase() === wanted || id.toLowerCase() === wanted,
  )
  if (found.length > 0) return found.map(({ id }) => id)
  const known = listed.map(({ symbol }) => symbol).join(', ')
  throw usageError(`${chain.name} lists no asset ${text}`, `listed assets: ${known}`)
}

interface Adopted {
  readonly blockNumber: number
  readonly wallets: number
  readonly dryRun: boolean
  readonly adopted: readonly {
    readonly depositId: string
    readonly wallet: string
    readonly formatted: string
  }[]
  readonly skipped: readonly unknown[]
}

function describe(
  { name }: ChainConfig,
  { blockNumber, wallets, dryRun, adopted, skipped }: Adopted,
  paint: Paint,
): string {
  const verb = dryRun ? 'would adopt' : 'adopted'
  const count = adopted.length === 1 ? '1 balance' : `${adopted.length} balances`
  const left = skipped.length > 0 ? `; ${skipped.length} could not be judged` : ''
  const head = `${name}: ${verb} ${count} of ${wallets} wallets at block ${blockNumber}${left}`
  if (adopted.length === 0) return head
  const rows = adopted
    .slice(0, shownRows)
    .map((it) => [it.wallet, it.formatted, dryRun ? '' : it.depositId])
  const table = formatTable(['wallet', 'unexplained', dryRun ? '' : 'deposit id'], rows, paint)
  const more = adopted.length - shownRows
  return [head, table, more > 0 ? `… and ${more} more (see --json)` : '']
    .filter((part) => part !== '')
    .join('\n\n')
}
