import { Command, type OutputConfiguration } from 'commander'
import { productVersion } from '../config/version.ts'
import { addAnswers } from './answer-commands.ts'
import { addAudit } from './audit-commands.ts'
import { addBooks } from './books-commands.ts'
import { addCompletion } from './completion-commands.ts'
import { addKeeper } from './keeper-commands.ts'
import {
  chainIdArgument,
  checksummedArgument,
  countArgument,
  heightArgument,
  noncesArgument,
  stateArgument,
  transactionArgument,
  walletArgument,
  workerLoopArgument,
} from './session/arguments.ts'
import type { Verb } from './session/outcome.ts'
import { signed } from './session/signed.ts'

/** Loads a verb and runs it. Verbs are loaded on demand, so that `--help` stays quick. */
export type Act = <A>(load: () => Promise<Verb<A>>, args: A) => Promise<void>

const exitCodesHelp = `
<id> is a deposit id (chainId:txHash:position), a workflow id, or the hash of a deposit, gas or sweep transaction.
Exit codes: 0 ok, 1 failed, 2 usage or configuration error, 3 refused by policy, 75 dependency down.
Configuration: coldsweep.yaml (or COLDSWEEP_CONFIG) and the environment; "coldsweep config check" reports every error.`

/** Builds the command line: every verb with its options. The verbs' code is in verbs/. */
export function buildProgram(act: Act, output: OutputConfiguration): Command {
  const program = new Command('coldsweep')
    .description("Sweeps an exchange's deposit wallets into its cold wallet.")
    .version(productVersion(), '--version', 'print the version')
    .option('--json', 'print one JSON envelope on stdout: {v, ok, data, errors}')
    .configureHelp({ showGlobalOptions: true })
    // Set before the verbs are added, because they inherit these settings.
    .configureOutput(output)
    .exitOverride()
    .addHelpText('after', exitCodesHelp)
  addSetUp(program, act)
  addProcesses(program, act)
  addViews(program, act)
  addAnswers(program, act)
  addBooks(program, act)
  addRecover(program, act)
  addUnread(program, act)
  addOrders(program, act)
  addColdWallet(program, act)
  addAudit(program, act)
  addCompletion(program, act)
  return program
}

function addSetUp(program: Command, act: Act): void {
  program
    .command('migrate')
    .description('set up database, queues, Temporal namespace and schedules; safe to repeat')
    .option('--retire-keeper', 'replace a gas keeper that still has live transactions')
    .action((options) => act(async () => (await import('./verbs/migrate.ts')).migrate, options))
  const config = program.command('config').description('check the configuration')
  config
    .command('check')
    .description('report every configuration error and test every service')
    .option('--config <file>', 'check this file; without it, COLDSWEEP_CONFIG')
    .option('--offline', 'check without opening connections')
    .option('--wallets', 'prove every key of userwallet; exit 1 if a row is wrong or missing')
    .action((options) =>
      act(async () => (await import('./verbs/config-check.ts')).configCheck, options),
    )
}

function addProcesses(program: Command, act: Act): void {
  program
    .command('scanner')
    .description('run the scanner: detect and confirm deposits, signal mined gas')
    .option('--chain <id|name>', 'scan only this chain', chainIdArgument)
    .action((options) => act(async () => (await import('./verbs/processes.ts')).scanner, options))
  program
    .command('worker')
    .description('run the worker: Temporal activities, intake, relay and lanes')
    .option('--only <loop>', 'run one loop: temporal, intake, relay or lanes', workerLoopArgument)
    .action((options) => act(async () => (await import('./verbs/processes.ts')).worker, options))
}

function addViews(program: Command, act: Act): void {
  program
    .command('sweeps')
    .description('list deposits with their states, newest change first')
    .option(
      '--state <state>',
      'filter by state: waiting, "waiting(keeper-low)", needs-attention',
      stateArgument,
    )
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .option('--wallet <address>', 'filter by user wallet', walletArgument)
    .option('--asset <symbol>', 'filter by symbol or token address')
    .option('--limit <n>', 'maximum number of rows', countArgument, 200)
    .option('--watch [seconds]', 'show the list again every 5 or so many seconds', countArgument)
    .action((options) => act(async () => (await import('./verbs/sweeps.ts')).sweeps, options))
  program
    .command('sweep')
    .description('show one deposit: rows, transactions, next step')
    .argument('<id>')
    .action((id) => act(async () => (await import('./verbs/sweep.ts')).sweep, { id }))
  addKeeper(program, act)
}

function addRecover(program: Command, act: Act): void {
  signed(program.command('recover'))
    .description('explain closed lanes from the chain, adopt missing transactions, open the lanes')
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .option('--lane <address>', 'only this sender', walletArgument)
    .option(
      '--accept-nonce <nonce>',
      'with --lane, repeatable: accept a used nonce whose transaction cannot be found',
      noncesArgument,
    )
    .option('--dry-run', 'report what would be adopted; change nothing')
    .action((options) => act(async () => (await import('./verbs/recover.ts')).recover, options))
}

function addUnread(program: Command, act: Act): void {
  const unread = program
    .command('unread')
    .description('transactions and blocks that the scanner could not read; they credit nothing')
  unread
    .command('list')
    .description('list unread transactions, and blocks never searched for a token')
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .option('--limit <n>', 'maximum number of rows per chain', countArgument, 100)
    .action((options) => act(async () => (await import('./verbs/unread.ts')).unreadList, options))
  const ofSubject = (command: Command) =>
    signed(command)
      .argument(
        '<subject>',
        'a transaction hash, a token’s address, or "blocks" for the unread block range of a chain',
      )
      .option('--chain <id|name>', 'the chain', chainIdArgument)
  ofSubject(unread.command('retry'))
    .description('make the scanner read it again now')
    .action((subject, options) =>
      act(async () => (await import('./verbs/unread.ts')).unreadRetry, {
        subject,
        ...options,
      }),
    )
  ofSubject(unread.command('answer'))
    .description('stop reading or reporting it: it credits nothing and no longer closes a lane')
    .action((subject, options) =>
      act(async () => (await import('./verbs/unread.ts')).unreadAnswer, {
        subject,
        ...options,
      }),
    )
}

function addOrders(program: Command, act: Act): void {
  signed(program.command('retry'))
    .description('plan a sweep again now: after needs-attention, or to end a wait')
    .argument('<id>')
    .option('--wait', 'wait until the deposit leaves its state or ends; the exit code says how')
    .option('--deadline <seconds>', 'with --wait: exit 75 after this time', countArgument, 300)
    .action((id, options) =>
      act(async () => (await import('./verbs/retry.ts')).retry, { id, ...options }),
    )
  signed(program.command('approve'))
    .description('release a held deposit and the deposits that wait for it')
    .argument('<id>')
    .action((id, options) =>
      act(async () => (await import('./verbs/holds.ts')).approve, { id, ...options }),
    )
  signed(program.command('skip'))
    .description('end a deposit as ignored(skipped by <operator>); other deposits continue')
    .argument('<id>')
    .action((id, options) =>
      act(async () => (await import('./verbs/holds.ts')).skip, { id, ...options }),
    )
  signed(program.command('pause'))
    .description(
      'hold a deposit and all others of its wallet and asset, or stop new sends of a chain or an asset',
    )
    .argument('[id]')
    .option('--chain <id|name>', 'this chain instead of one deposit', chainIdArgument)
    .option('--asset <symbol>', 'only this asset of the chain: symbol or token address')
    .action((id, options) =>
      act(async () => (await import('./verbs/holds.ts')).pause, { id, ...options }),
    )
  signed(program.command('resume'))
    .description('end a pause')
    .argument('[id]')
    .option('--chain <id|name>', 'this chain instead of one deposit', chainIdArgument)
    .option('--asset <symbol>', 'only this asset of the chain: symbol or token address')
    .action((id, options) =>
      act(async () => (await import('./verbs/holds.ts')).resume, { id, ...options }),
    )
  signed(program.command('cancel'))
    .description('use up the nonce of an unmined transaction; its sweep is sent again')
    .argument('<hash>', 'hash of any attempt of a gas or sweep transaction', transactionArgument)
    .action((hash, options) =>
      act(async () => (await import('./verbs/cancel.ts')).cancel, { hash, ...options }),
    )
  signed(program.command('rescan'))
    .description('scan blocks again, for wallets or tokens that were listed late')
    .requiredOption('--chain <id|name>', 'the chain', chainIdArgument)
    .requiredOption('--from <height>', 'first block', heightArgument)
    .requiredOption('--to <height>', 'last block', heightArgument)
    .action((options) => act(async () => (await import('./verbs/rescan.ts')).rescan, options))
  const failures = program
    .command('failures')
    .description('messages that could not be processed (Processing_Failures)')
  failures
    .command('list')
    .description('list the messages, oldest first')
    .option('--limit <n>', 'at most so many', countArgument, 100)
    .action((options) =>
      act(async () => (await import('./verbs/failures.ts')).failuresList, options),
    )
  signed(failures.command('requeue'))
    .description('return a message to the queue it came from')
    .argument('<id>', 'the message’s id, as list shows it')
    .action((id, options) =>
      act(async () => (await import('./verbs/failures.ts')).failuresRequeue, {
        id,
        ...options,
      }),
    )
  signed(failures.command('drop'))
    .description('delete a message; a deposit that it names becomes ignored(dropped by <operator>)')
    .argument('<id>', 'the message’s id, as list shows it')
    .action((id, options) =>
      act(async () => (await import('./verbs/failures.ts')).failuresDrop, { id, ...options }),
    )
}

function addColdWallet(program: Command, act: Act): void {
  const coldWallet = program
    .command('cold-wallet')
    .description('change the destination of all sweeps: one operator proposes, another applies')
  const ofChain = (command: Command) =>
    command.requiredOption('--chain <id|name>', 'the chain', chainIdArgument)
  signed(ofChain(coldWallet.command('propose')))
    .description('propose a cold wallet; it can be applied after coldWalletDelayHours')
    .requiredOption('--to <address>', 'address with its EIP-55 checksum', checksummedArgument)
    .action((options) =>
      act(async () => (await import('./verbs/cold-wallet.ts')).coldWalletPropose, options),
    )
  signed(ofChain(coldWallet.command('apply')))
    .description('apply the proposal after its delay; needs another operator than the proposer')
    .action((options) =>
      act(async () => (await import('./verbs/cold-wallet.ts')).coldWalletApply, options),
    )
  signed(ofChain(coldWallet.command('cancel')))
    .description('withdraw the proposal')
    .action((options) =>
      act(async () => (await import('./verbs/cold-wallet.ts')).coldWalletCancel, options),
    )
  coldWallet
    .command('list')
    .description('list all changes, newest first')
    .option('--chain <id|name>', 'of one chain', chainIdArgument)
    .action((options) =>
      act(async () => (await import('./verbs/cold-wallet.ts')).coldWalletList, options),
    )
}
