import { toEip55 } from '../../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../../config/load-config.ts'
import type { ChainConfig } from '../../../config/schema/config.ts'
import { formatUnits } from '../../../domain/amount.ts'
import { neverAcknowledged, openDifferences } from '../../../domain/books/acknowledgement.ts'
import { type ReportJson, reportJson } from '../../../domain/books/report-json.ts'
import { findAsset } from '../../../domain/chains/chain.ts'
import { NotYet } from '../../../domain/money-errors.ts'
import { reconcileNow } from '../../../workers/main.ts'
import { describeDifferenceOf, differenceCell } from '../../render/difference-words.ts'
import { formatTable } from '../../render/table.ts'
import { unavailable } from '../../session/cli-error.ts'
import { exitCodes, type Outcome, type Session } from '../../session/outcome.ts'
import type { Paint } from '../../session/paint.ts'
import { pickChains } from '../../session/pick-chains.ts'

/**
 * MONEY 23: compares the books with the chain, to the smallest unit. If they differ, the exit code
 * is 1, and each difference is printed with its rows.
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
    openDifferences(report.differences).map((it) => ({
      code: `difference-${it.kind}`,
      message: `chain ${report.chainId}, ${toEip55(it.address)}: ${describeDifferenceOf(it, chains[index])}`,
      hint: `inspect ${it.rows.slice(0, 5).join(', ') || 'the address in a block explorer'}; see docs/runbook.md, "The books do not balance"${neverAcknowledged.has(it.kind) ? '' : `; once it is explained: coldsweep reconcile acknowledge ${it.key} --operator "$(id -un)" --reason "WHY"`}`,
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
    ['asset', 'deposits', '+ gas', '= arrived', '+ fees', '+ left', 'difference'],
    report.assets.map((it) => [
      findAsset(chain, it.asset)?.symbol ?? it.asset,
      ...[it.deposits, it.gas, it.arrived, it.fees, it.left].map((digits) =>
        units(it.asset, digits),
      ),
      differenceCell(it.missing, (digits) => units(it.asset, digits)),
    ]),
    paint,
  )
  const costs = formatTable(
    ['sweeps of', 'brought', 'for network fees', 'share'],
    report.costs.map((it) => [
      findAsset(chain, it.asset)?.symbol ?? it.asset,
      units(it.asset, it.arrived),
      `${units('native', it.feesWei)} ${chain.native.symbol}`,
      it.feeShare === null ? '-' : `${it.feeShare} %`,
    ]),
    paint,
  )
  const keepers = formatTable(
    [
      'keeper',
      'opening',
      '+ refills',
      '− gas sent',
      '− drained',
      '− fees',
      '= closing',
      'difference',
    ],
    report.keepers.map((it) => [
      toEip55(it.keeper as `0x${string}`),
      ...[
        it.opening,
        it.refills,
        String(BigInt(it.sent) - BigInt(it.drained)),
        it.drained,
        it.fees,
        it.closing,
      ].map((digits) => units('native', digits)),
      differenceCell(it.missing, (digits) => units('native', digits)),
    ]),
    paint,
  )
  const open = openDifferences(differences).length
  const acknowledged = differences.length - open
  const verdict = [
    report.balanced ? paint('green', 'balanced') : paint('red', counted(open)),
    ...(acknowledged > 0 ? [paint('yellow', `${counted(acknowledged)} acknowledged`)] : []),
  ].join(', ')
  const found = differences.map((it) => describeDifference(it, chain, paint))
  const head = `${chain.name} at block ${block.number}: ${wallets} wallets, ${transactions} transactions, ${verdict}`
  const notices = report.notices.map((words) => paint('yellow', `incomplete: ${words}`))
  const tables = report.costs.length > 0 ? [assets, costs, keepers] : [assets, keepers]
  return [head, ...tables, ...found, ...notices].join('\n\n')
}

type DifferenceJson = ReportJson['differences'][number]

const counted = (count: number) => `${count} ${count === 1 ? 'difference' : 'differences'}`

function describeDifference(it: DifferenceJson, chain: ChainConfig, paint: Paint): string {
  const rows = it.rows.map((row) => `\n  ${row}`).join('')
  const { acknowledged } = it
  const kind = acknowledged
    ? paint(
        'yellow',
        `${it.kind}, acknowledged by ${acknowledged.operator}: ${acknowledged.reason};`,
      )
    : paint('red', it.kind)
  return `${it.key} ${kind} ${toEip55(it.address)}: ${describeDifferenceOf(it, chain)}${rows}`
}
