import { Argument, type Command, Option } from 'commander'
import { exportKinds } from '../domain/books/export-store.ts'
import { exportFormats } from '../operations/exports/format-rows.ts'
import type { Act } from './program.ts'
import { chainIdArgument, countArgument, keyArgument, walletArgument } from './session/arguments.ts'
import { signed } from './session/signed.ts'
import { dateArgument, timeArgument } from './session/time-argument.ts'

/** Adds the commands about the books: comparisons, exports and reports. */
export function addBooks(program: Command, act: Act): void {
  const reconcile = program
    .command('reconcile')
    .description('compare the books with the chain, to the smallest unit; exit 1 if they differ')
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .action((options) =>
      act(async () => (await import('./verbs/books/reconcile.ts')).reconcile, options),
    )
  signed(reconcile.command('acknowledge'))
    .description('stop the alert of one explained difference; a changed difference alerts again')
    .argument('<key>', 'the key of the difference, as reconcile shows it', keyArgument)
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    // A parent command takes the options that it shares with its sub-command.
    .action((key, _options, command: Command) =>
      act(async () => (await import('./verbs/books/acknowledge.ts')).acknowledge, {
        ...command.optsWithGlobals(),
        key,
      }),
    )
  signed(program.command('adopt-balance'))
    .description('turn balances that no row explains into opening balances, which are swept')
    .requiredOption('--chain <id|name>', 'the chain', chainIdArgument)
    .option('--wallet <address>', 'one user wallet', walletArgument)
    .option('--all', 'every user wallet')
    .option('--asset <symbol>', 'only this asset: symbol or token address')
    .option('--dry-run', 'report what would be adopted; change nothing')
    .action((options) =>
      act(async () => (await import('./verbs/books/adopt-balance.ts')).adoptBalance, options),
    )
  program
    .command('export')
    .description('write deposits, sweeps or gas as CSV or as one JSON object a line, for finance')
    .addArgument(new Argument('<kind>', 'which rows').choices(exportKinds))
    .requiredOption(
      '--from <time>',
      'first moment: a date in UTC, or an RFC 3339 time',
      timeArgument,
    )
    .option('--to <time>', 'first moment after the interval (default: now)', timeArgument)
    .addOption(new Option('--format <format>', 'file format').choices(exportFormats).default('csv'))
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .option('--out <file>', 'write to this file instead of stdout')
    .action((kind, options) =>
      act(async () => (await import('./verbs/books/export.ts')).exportRows, { kind, ...options }),
    )
  program
    .command('leftovers')
    .description('report the gas money left in wallets: sent, spent, returned, left')
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .option('--limit <n>', 'maximum number of wallets per chain', countArgument, 10)
    .option('--now', 'also read the native balances of these wallets')
    .action((options) =>
      act(async () => (await import('./verbs/books/leftovers.ts')).leftovers, options),
    )
  const report = program.command('report').description('reports for finance')
  report
    .command('daily')
    .description(
      'one day: opening + credited − swept − fees − dust = closing; exit 1 if it differs',
    )
    .option('--date <date>', 'the day in UTC (default: yesterday)', dateArgument)
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .action((options) =>
      act(async () => (await import('./verbs/books/report-daily.ts')).reportDaily, options),
    )
}
