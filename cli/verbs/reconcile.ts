import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { formatUnits } from '../../domain/amount.ts'
import { type ReportJson, reportJson } from '../../domain/books/report-json.ts'
import { findAsset } from '../../domain/chains/chain.ts'
import { NotYet } from '../../domain/money-errors.ts'
import { reconcileNow } from '../../workers/main.ts'
import { formatTable } from '../render/table.ts'
import { unavailable } from '../session/cli-error.ts'
import { exitCodes, type Outcome, type Session } from '../session/outcome.ts'
import type { Paint } from '../session/paint.ts'
import { pickChains } from '../session/pick-chains.ts'

/**
 * MONEY 23: compares the books with the chain, to the smallest unit. Exit code 1 with the rows of
 * each difference.
 */
export async function reconcile(
  args: { readonly chain?: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const chains = pickChains(config.chains, args.chain)
  const reports: ReportJson[] = []
  for (const chain of chains) {
    session.note(`${chain.name} …`)
    try {
      reports.push(reportJson(await reconcileNow(config.database, chain)))
    } catch (error) {
      if (!(error instanceof NotYet)) throw error
      throw unavailable(error.message, 'start the scanner, or wait until it has caught up')
    }
  }
  const errors = reports.flatMap((report, index) =>
    report.differences.map((it) => ({
      code: `difference-${it.kind}`,
      message: `chain ${report.chainId}, ${toEip55(it.address)}: ${wordsOf(it, chains[index])}`,
      hint: `inspect ${it.rows.slice(0, 5).join(', ') || 'the address in a block explorer'}; see docs/runbook.md, "The books do not balance"`,
    })),
  )
  return {
    data: reports,
    text: (paint) =>
      chains
        .flatMap((chain, index) => {
          const report = reports[index]
          return report ? [describe(chain, report, paint)] : []
        })
        .join('\n\n'),
    errors,
    exitCode: errors.length > 0 ? exitCodes.failed : exitCodes.ok,
  }
}

function describe(chain: ChainConfig, report: ReportJson, paint: Paint): string {
  const { block, wallets, transactions, differences } = report
  const units = (asset: string, digits: string) => {
    const listed = findAsset(chain, asset)
    return listed ? formatUnits(BigInt(digits), listed.decimals) : digits
  }
  const assets = formatTable(
    ['asset', 'deposits', '+ gas', '= arrived', '+ fees', '+ left', 'missing'],
    report.assets.map((it) => [
      findAsset(chain, it.asset)?.symbol ?? it.asset,
      ...[it.deposits, it.gas, it.arrived, it.fees, it.left, it.missing].map((digits) =>
        units(it.asset, digits),
      ),
    ]),
    paint,
  )
  const keepers = formatTable(
    ['keeper', 'opening', '+ refills', '− gas sent', '− fees', '= closing', 'missing'],
    report.keepers.map((it) => [
      toEip55(it.keeper as `0x${string}`),
      ...[it.opening, it.refills, it.sent, it.fees, it.closing, it.missing].map((digits) =>
        units('native', digits),
      ),
    ]),
    paint,
  )
  const verdict = report.balanced
    ? paint('green', 'balanced')
    : paint(
        'red',
        `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`,
      )
  const found = differences.map((it) => describeDifference(it, chain, paint))
  const head = `${chain.name} at block ${block.number}: ${wallets} wallets, ${transactions} transactions, ${verdict}`
  const notices = report.notices.map((words) => paint('yellow', `incomplete: ${words}`))
  return [head, assets, keepers, ...found, ...notices].join('\n\n')
}

type DifferenceJson = ReportJson['differences'][number]

function describeDifference(it: DifferenceJson, chain: ChainConfig, paint: Paint): string {
  const rows = it.rows.map((row) => `\n  ${row}`).join('')
  return `${paint('red', it.kind)} ${toEip55(it.address)}: ${wordsOf(it, chain)}${rows}`
}

/** The description of a difference, preceded by the missing amount if the difference has one. */
function wordsOf(
  { asset, missing, words }: DifferenceJson,
  chain: ChainConfig | undefined,
): string {
  const listed = chain && asset ? findAsset(chain, asset) : undefined
  if (missing === null || !listed) return words
  const size = formatUnits(BigInt(missing.replace('-', '')), listed.decimals)
  const state = missing.startsWith('-') ? 'is explained by no row' : 'is missing'
  return `${size} ${listed.symbol} ${state}: ${words}`
}
