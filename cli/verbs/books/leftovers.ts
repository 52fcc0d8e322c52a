import { createGasMoney } from '../../../adapters/drizzle/books/gas-money.ts'
import { toEip55 } from '../../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../../config/load-config.ts'
import type { ChainConfig } from '../../../config/schema/config.ts'
import { type GasTotal, totalGas, type WalletGas } from '../../../domain/books/leftovers.ts'
import { type AssetNames, createAssetNames } from '../../../operations/views/asset-names.ts'
import { mapConcurrently } from '../../../runtime/map-concurrently.ts'
import { formatPairs, formatTable } from '../../render/table.ts'
import { chainStateOf } from '../../session/chain-state-of.ts'
import { explainError } from '../../session/explain-error.ts'
import { exitCodes, type Outcome, type ReportedError, type Session } from '../../session/outcome.ts'
import type { Paint } from '../../session/paint.ts'
import { pickChains } from '../../session/pick-chains.ts'
import { withDatabase } from '../../session/with-database.ts'

interface LeftoversArguments {
  readonly chain?: number
  readonly now?: boolean
  readonly limit: number
}

const requestsAtOnce = 8

/**
 * Reports the gas money that keepers sent to wallets, and the part that is left there, from the
 * rows. With `now` it also reads the native balances of the listed wallets. Writes nothing.
 */
export async function leftovers(args: LeftoversArguments, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const names = createAssetNames(config.chains)
  const rows = await withDatabase(config.database, (db) => createGasMoney(db).wallets(args.chain))
  if (rows.length === 0) pickChains(config.chains, args.chain)
  const errors: ReportedError[] = []
  const data: LeftoversJson[] = []
  for (const chainId of new Set(rows.map((row) => row.chainId))) {
    const own = rows.filter((row) => row.chainId === chainId)
    const top = own.filter(({ leftWei }) => leftWei > 0n).slice(0, args.limit)
    const chain = config.chains.find(({ id }) => id === chainId)
    const balances = args.now && chain ? await balancesNow(chain, top, errors) : undefined
    data.push(toJson(totalGas(chainId, own), top, names, balances))
  }
  for (const { message } of errors) session.note(message)
  return {
    data,
    text: (paint) => describe(data, paint),
    errors,
    exitCode: errors.length > 0 ? exitCodes.unavailable : exitCodes.ok,
  }
}

type LeftoversJson = ReturnType<typeof toJson>

function toJson(
  total: GasTotal,
  top: readonly WalletGas[],
  names: AssetNames,
  balances: readonly bigint[] | undefined,
) {
  const { chainId, wallets, leftShare } = total
  const coin = (wei: bigint) => names.amount(chainId, 'native', wei)
  const both = (wei: bigint) => ({ wei: wei.toString(), text: coin(wei) })
  return {
    chainId,
    chain: names.chainName(chainId),
    wallets,
    sent: both(total.sentWei),
    fromDeposits: both(total.fromDepositsWei),
    spent: both(total.spentWei),
    returned: both(total.returnedWei),
    left: both(total.leftWei),
    inUse: both(total.inUseWei),
    /** Gas money left, in percent of the gas money sent; null if none was sent. */
    leftPercent: leftShare === null ? null : leftShare / 100,
    top: top.map((row, n) => ({
      wallet: toEip55(row.wallet),
      sent: both(row.sentWei),
      spent: both(row.spentWei),
      left: both(row.leftWei),
      isInUse: row.isInUse,
      /** The whole native balance, read now; it includes deposits. null if it was not read. */
      balance: balances?.[n] === undefined ? null : both(balances[n]),
    })),
  }
}

async function balancesNow(
  chain: ChainConfig,
  top: readonly WalletGas[],
  errors: ReportedError[],
): Promise<readonly bigint[] | undefined> {
  const state = chainStateOf(chain)
  try {
    const { hash } = await state.head()
    return await mapConcurrently(top, requestsAtOnce, ({ wallet }) =>
      state.nativeBalance(wallet, hash),
    )
  } catch (error) {
    const [first] = explainError(error).errors
    if (!first) throw error
    errors.push({ ...first, message: `${chain.name}: ${first.message}` })
    return undefined
  }
}

function describe(chains: readonly LeftoversJson[], paint: Paint): string {
  if (chains.length === 0) return 'no wallet has sent a transaction or received gas money'
  return chains.map((it) => describeChain(it, paint)).join('\n\n')
}

function describeChain(it: LeftoversJson, paint: Paint): string {
  const percent = it.leftPercent === null ? '' : ` (${it.leftPercent} % of the gas money sent)`
  const pairs = formatPairs(
    [
      ['sent by keepers', it.sent.text],
      ['+ from deposits', `${it.fromDeposits.text}: fees that users’ native coin paid`],
      ['− spent', `${it.spent.text} on fees`],
      ['− returned', `${it.returned.text} with native sweeps, their fees included`],
      ['− in use', `${it.inUse.text} for sweeps that are open`],
      ['= left', `${it.left.text} in ${it.wallets} wallets${percent}`],
    ],
    paint,
  )
  const isRead = it.top.some(({ balance }) => balance !== null)
  const rows = it.top.map((row) => [
    row.wallet,
    row.left.text,
    row.sent.text,
    row.isInUse ? 'in use' : '',
    ...(isRead ? [row.balance?.text ?? ''] : []),
  ])
  const heads = ['wallet', 'left', 'sent', '', ...(isRead ? ['native balance now'] : [])]
  const table = rows.length > 0 ? `\n\n${formatTable(heads, rows, paint)}` : ''
  return `${paint('bold', it.chain)}\n${pairs}${table}\n\nThe wallet’s next token sweep uses it first; its next native sweep takes it to the cold wallet.`
}
