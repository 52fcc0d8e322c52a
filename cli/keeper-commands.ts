import type { Command } from 'commander'
import type { Act } from './program.ts'
import { chainIdArgument, drainArgument, walletArgument } from './session/arguments.ts'
import { signed } from './session/signed.ts'

/** Adds `keeper` and its orders. */
export function addKeeper(program: Command, act: Act): void {
  const keeper = program
    .command('keeper')
    .description('show all gas keepers, current and retired: balance, transactions, next step')
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .action((options) => act(async () => (await import('./verbs/keeper.ts')).keeper, options))
  signed(keeper.command('drain'))
    .description('send the rest of a retired keeper to the current keeper or the cold wallet')
    .option('--chain <id|name>', 'of this chain', chainIdArgument)
    .option('--keeper <address>', 'the retired keeper, if there are several', walletArgument)
    .requiredOption('--to <receiver>', 'keeper or cold-wallet', drainArgument)
    // A parent command takes the options that it shares with its sub-command.
    .action((_options, command: Command) =>
      act(
        async () => (await import('./verbs/keeper-drain.ts')).keeperDrain,
        command.optsWithGlobals(),
      ),
    )
  signed(keeper.command('withdraw-drain'))
    .description('withdraw the order to drain a keeper, as long as the drain is not signed')
    .option('--chain <id|name>', 'of this chain', chainIdArgument)
    .requiredOption('--keeper <address>', 'the keeper', walletArgument)
    .action((_options, command: Command) =>
      act(
        async () => (await import('./verbs/keeper-drain.ts')).keeperWithdrawDrain,
        command.optsWithGlobals(),
      ),
    )
}
