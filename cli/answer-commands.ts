import type { Command } from 'commander'
import type { Act } from './program.ts'
import {
  chainIdArgument,
  countArgument,
  walletArgument,
  wordsArgument,
} from './session/arguments.ts'

/** The verbs that answer an operator's question from the rows and the chains. */
export function addAnswers(program: Command, act: Act): void {
  program
    .command('explain')
    .description('say why a transaction was or was not credited and swept, or what an address is')
    .argument('<subject>', 'a transaction hash, an address, or a deposit id')
    .option('--chain <id|name>', 'ask only this chain', chainIdArgument)
    .action((subject, options) =>
      act(async () => (await import('./verbs/explain.ts')).explain, { subject, ...options }),
    )
  program
    .command('plan')
    .description('show for every wallet and asset: sweep, wait, hold or ignore, and why')
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .option('--now', 'read the chains and show what the next plan would decide; changes nothing')
    .action((options) => act(async () => (await import('./verbs/plan.ts')).plan, options))
  program
    .command('dust')
    .description('sum the dust in wallets by chain and asset, and what sweeping it would cost')
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .option('--asset <symbol>', 'of one asset: symbol or token address')
    .option('--now', 'read the chains and add the cost of sweeping it; changes nothing')
    .action((options) => act(async () => (await import('./verbs/dust/dust.ts')).dust, options))
  program
    .command('sweep-dust')
    .description('show what sweeping the dust of an asset brings and costs; with --order, sweep it')
    .requiredOption('--chain <id|name>', 'the chain', chainIdArgument)
    .requiredOption('--asset <symbol>', 'symbol or token address')
    .option('--wallet <address>', 'only this user wallet', walletArgument)
    .option('--min <amount>', 'smallest balance that is swept; an order about a token needs it')
    .option('--factor <n>', 'native coin: bring at least n times the cost (2)', countArgument)
    .option('--max-cost <amount>', 'most that a wallet may cost (twice the dry run’s costs)')
    .option('--order', 'order the sweeps; without it nothing is changed')
    .option('--dry-run', 'change nothing; the default')
    .option('--operator <name>', 'with --order: who gives the order', wordsArgument)
    .option('--reason <text>', 'with --order: why; recorded in the audit', wordsArgument)
    .action((options) =>
      act(async () => (await import('./verbs/dust/sweep-dust.ts')).sweepDust, options),
    )
}
