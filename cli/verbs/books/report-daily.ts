import { readDay } from '../../../adapters/drizzle/books/read-day.ts'
import { waitForCommits } from '../../../adapters/drizzle/books/wait-for-commits.ts'
import { toEip55 } from '../../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../../config/load-config.ts'
import { type DayTerms, missingOnDay } from '../../../domain/books/daily-report.ts'
import { type AssetNames, createAssetNames } from '../../../operations/views/asset-names.ts'
import { formatTable } from '../../render/table.ts'
import { usageError } from '../../session/cli-error.ts'
import { exitCodes, type Outcome, type Session } from '../../session/outcome.ts'
import { pickChains } from '../../session/pick-chains.ts'
import { withDatabase } from '../../session/with-database.ts'

const dayMs = 86_400_000
const terms = ['opening', 'credited', 'swept', 'fees', 'dust', 'closing'] as const

/**
 * Reports one day of UTC: opening + credited − swept − fees − dust = closing, per chain and asset.
 * Exits with 1 where a day does not close.
 */
export async function reportDaily(
  args: { readonly date?: string; readonly chain?: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  if (args.chain !== undefined) pickChains(config.chains, args.chain)
  const now = new Date()
  const date = args.date ?? new Date(now.getTime() - dayMs).toISOString().slice(0, 10)
  const from = new Date(`${date}T00:00:00Z`)
  const to = new Date(from.getTime() + dayMs)
  if (from > now) {
    throw usageError(`--date ${date} has not begun`, 'give a day that has begun (in UTC)')
  }
  const isOver = to <= now
  if (!isOver) session.note(`${date} is not over: its figures still change`)
  const range = { from: from.toISOString(), to: to.toISOString(), chainId: args.chain }
  const days = await withDatabase(config.database, async (db) => {
    if (isOver) await waitForCommits(db, range.to)
    return await readDay(db, range)
  })
  const names = createAssetNames(config.chains)
  const open = days.filter((day) => missingOnDay(day) !== 0n)
  return {
    data: {
      date,
      from: range.from,
      to: range.to,
      over: isOver,
      closes: open.length === 0,
      assets: days.map((day) => toJson(day, names)),
    },
    text: (paint) =>
      days.length === 0
        ? `no deposit was credited before the end of ${date}`
        : formatTable(
            [
              'chain',
              'asset',
              'opening',
              '+ credited',
              '− swept',
              '− fees',
              '− dust',
              '= closing',
              '',
            ],
            days.map((day) => [
              names.chainName(day.chainId),
              names.symbol(day.chainId, day.asset),
              ...terms.map((term) => amountOf(day, day[term], names)),
              missingOnDay(day) === 0n
                ? { text: 'closes', colour: 'green' as const }
                : {
                    text: `${amountOf(day, missingOnDay(day), names)} missing`,
                    colour: 'red' as const,
                  },
            ]),
            paint,
          ),
    errors: open.map((day) => ({
      code: 'day-open',
      message: `${date}, ${names.chainName(day.chainId)}: ${names.amount(day.chainId, day.asset, missingOnDay(day))} missing; more was covered than left the wallets`,
      hint: `run "coldsweep reconcile"; check sweep ${day.unexplained.slice(0, 5).join(', ') || 'rows that were changed by hand'}`,
    })),
    exitCode: open.length === 0 ? exitCodes.ok : exitCodes.failed,
  }
}

function amountOf(day: DayTerms, amount: bigint, names: AssetNames): string {
  const [digits = ''] = names.amount(day.chainId, day.asset, amount).split(' ')
  return digits
}

function toJson(day: DayTerms, names: AssetNames) {
  const { chainId, asset } = day
  return {
    chainId,
    asset: names.symbol(chainId, asset),
    token: asset === 'native' ? null : toEip55(asset),
    decimals: names.decimals(chainId, asset) ?? null,
    ...Object.fromEntries(terms.map((term) => [term, String(day[term])])),
    missing: String(missingOnDay(day)),
    closes: missingOnDay(day) === 0n,
    unexplained: day.unexplained,
  }
}
