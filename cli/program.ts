import { Command, type OutputConfiguration } from 'commander'
import {
  chainIdArgument,
  checksummedArgument,
  countArgument,
  hashArgument,
  heightArgument,
  noncesArgument,
  stateArgument,
  transactionArgument,
  walletArgument,
  wordsArgument,
  workerLoopArgument,
} from './session/arguments.ts'
import type { Verb } from './session/outcome.ts'
import { release } from './version.ts'

/** Runs a verb that is loaded only now, so that `--help` stays quick. */
export type Act = <A>(load: () => Promise<Verb<A>>, args: A) => Promise<void>

const exitCodesHelp = `
<id> is a deposit id (chainId:txHash:position), a workflow id, or the hash of the deposit's, its gas or its sweep transaction.
Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 refused by policy, 75 a dependency is down.
Configuration: coldsweep.yaml (or COLDSWEEP_CONFIG) and the environment; "coldsweep config check" says what is wrong with it.`

/** Every verb with its options. What they do is in verbs/, one a file. */
export function buildProgram(act: Act, output: OutputConfiguration): Command {
  const program = new Command('coldsweep')
    .description("Sweeps an exchange's deposit wallets into its cold wallet.")
    .version(release(), '--version', 'this release')
    .option('--json', 'one JSON envelope on stdout: {v, ok, data, errors}')
    .configureHelp({ showGlobalOptions: true })
    // Before the verbs are added: they take over what stands here now.
    .configureOutput(output)
    .exitOverride()
    .addHelpText('after', exitCodesHelp)
  addSetUp(program, act)
  addProcesses(program, act)
  addViews(program, act)
  addBooks(program, act)
  addRecover(program, act)
  addUnread(program, act)
  addOrders(program, act)
  addColdWallet(program, act)
  addAudit(program, act)
  return program
}

function addSetUp(program: Command, act: Act): void {
  program
    .command('migrate')
    .description('prepare databases, queues, Temporal and schedules; safe to repeat')
    .option('--retire-keeper', 'replace a gas keeper although it has live transactions')
    .action((options) => act(async () => (await import('./verbs/migrate.ts')).migrate, options))
  const config = program.command('config').description('the configuration')
  config
    .command('check')
    .description('name every fault of the configuration, and try it on the real services')
    .option('--offline', 'read it only, dial nothing')
    .action((options) =>
      act(async () => (await import('./verbs/config-check.ts')).configCheck, options),
    )
}

function addProcesses(program: Command, act: Act): void {
  program
    .command('scanner')
    .description('read the chains until stopped: deposits, confirmations, gas signals')
    .option('--chain <id>', 'only this chain', chainIdArgument)
    .action((options) => act(async () => (await import('./verbs/scanner.ts')).scanner, options))
  program
    .command('worker')
    .description('sweep until stopped: Temporal worker, intake, relay and lanes')
    .option('--only <loop>', 'one of temporal, intake, relay, lanes', workerLoopArgument)
    .action((options) => act(async () => (await import('./verbs/worker.ts')).worker, options))
}

function addViews(program: Command, act: Act): void {
  program
    .command('sweeps')
    .description('deposits with their states, newest change first')
    .option(
      '--state <state>',
      'such as waiting, "waiting(keeper-low)", needs-attention',
      stateArgument,
    )
    .option('--chain <id>', 'of one chain', chainIdArgument)
    .option('--wallet <address>', 'of one user wallet', walletArgument)
    .option('--asset <symbol>', 'of one asset, by symbol or token address')
    .option('--limit <n>', 'at most so many', countArgument, 200)
    .action((options) => act(async () => (await import('./verbs/sweeps.ts')).sweeps, options))
  program
    .command('sweep')
    .description('everything about one deposit: rows, transactions, what happens next')
    .argument('<id>')
    .action((id) => act(async () => (await import('./verbs/sweep.ts')).sweep, { id }))
  program
    .command('keeper')
    .description('per chain: the gas keeper, its balance, what is in flight, refills')
    .option('--chain <id>', 'of one chain', chainIdArgument)
    .action((options) => act(async () => (await import('./verbs/keeper.ts')).keeper, options))
}

function addBooks(program: Command, act: Act): void {
  program
    .command('reconcile')
    .description('hold the books against the chain, to the unit; exit 1 where they differ')
    .option('--chain <id>', 'of one chain', chainIdArgument)
    .action((options) => act(async () => (await import('./verbs/reconcile.ts')).reconcile, options))
}

function addRecover(program: Command, act: Act): void {
  signed(program.command('recover'))
    .description('explain by the chain what closed lanes lost, adopt it, and open them')
    .option('--chain <id>', 'of one chain', chainIdArgument)
    .option('--lane <address>', 'of one sender', walletArgument)
    .option(
      '--accept-nonce <nonce>',
      'with --lane, repeatable: a used nonce whose transaction nobody finds',
      noncesArgument,
    )
    .option('--dry-run', 'say what would be adopted, change nothing')
    .action((options) => act(async () => (await import('./verbs/recover.ts')).recover, options))
}

function addUnread(program: Command, act: Act): void {
  const unread = program
    .command('unread')
    .description('transactions that no node could show the scanner; nothing is credited from them')
  unread
    .command('list')
    .description('what is unread, oldest block first')
    .option('--chain <id>', 'of one chain', chainIdArgument)
    .option('--limit <n>', 'at most so many of each chain', countArgument, 100)
    .action((options) =>
      act(async () => (await import('./verbs/unread-list.ts')).unreadList, options),
    )
  const ofSubject = (command: Command) =>
    signed(command)
      .argument('<subject>', 'a transaction hash, or "blocks" for a chain’s range of blocks')
      .option('--chain <id>', 'of this chain', chainIdArgument)
  ofSubject(unread.command('retry'))
    .description('have the scanner read it again now')
    .action((subject, options) =>
      act(async () => (await import('./verbs/unread-retry.ts')).unreadRetry, {
        subject,
        ...options,
      }),
    )
  ofSubject(unread.command('answer'))
    .description('answer for it: it is no longer read, credits nothing and closes no lane')
    .action((subject, options) =>
      act(async () => (await import('./verbs/unread-answer.ts')).unreadAnswer, {
        subject,
        ...options,
      }),
    )
}

function addOrders(program: Command, act: Act): void {
  signed(program.command('retry'))
    .description('plan a sweep anew now: after needs-attention, or without waiting longer')
    .argument('<id>')
    .action((id, options) =>
      act(async () => (await import('./verbs/retry.ts')).retry, { id, ...options }),
    )
  signed(program.command('approve'))
    .description('release a deposit that is held: it and those that waited for it go on')
    .argument('<id>')
    .action((id, options) =>
      act(async () => (await import('./verbs/approve.ts')).approve, { id, ...options }),
    )
  signed(program.command('skip'))
    .description('leave a deposit: it becomes ignored(skipped by <operator>), the others go on')
    .argument('<id>')
    .action((id, options) =>
      act(async () => (await import('./verbs/skip.ts')).skip, { id, ...options }),
    )
  signed(program.command('pause'))
    .description(
      'hold a deposit, and with it all of its wallet and asset; or stop a chain’s new sends',
    )
    .argument('[id]')
    .option('--chain <id>', 'this chain instead of one deposit', chainIdArgument)
    .action((id, options) =>
      act(async () => (await import('./verbs/pause.ts')).pause, { id, ...options }),
    )
  signed(program.command('resume'))
    .description('end what pause began')
    .argument('[id]')
    .option('--chain <id>', 'this chain instead of one deposit', chainIdArgument)
    .action((id, options) =>
      act(async () => (await import('./verbs/resume.ts')).resume, { id, ...options }),
    )
  signed(program.command('cancel'))
    .description('use up the nonce of a transaction that no block takes; its sweep is sent anew')
    .argument('<hash>', 'of any attempt of our gas or sweep transaction', transactionArgument)
    .action((hash, options) =>
      act(async () => (await import('./verbs/cancel.ts')).cancel, { hash, ...options }),
    )
  signed(program.command('rescan'))
    .description('read blocks again, for wallets that the central database got late')
    .requiredOption('--chain <id>', 'chain id', chainIdArgument)
    .requiredOption('--from <height>', 'first block', heightArgument)
    .requiredOption('--to <height>', 'last block', heightArgument)
    .action((options) => act(async () => (await import('./verbs/rescan.ts')).rescan, options))
  const failures = program
    .command('failures')
    .description('messages that could not be understood (Processing_Failures)')
  failures
    .command('list')
    .description('what is there, oldest first')
    .option('--limit <n>', 'at most so many', countArgument, 100)
    .action((options) =>
      act(async () => (await import('./verbs/failures-list.ts')).failuresList, options),
    )
  signed(failures.command('requeue'))
    .description('put a message back on the queue it came from')
    .argument('<id>', 'the message’s id, as list shows it')
    .action((id, options) =>
      act(async () => (await import('./verbs/failures-requeue.ts')).failuresRequeue, {
        id,
        ...options,
      }),
    )
  signed(failures.command('drop'))
    .description('remove a message; a deposit that it names becomes ignored(dropped by <operator>)')
    .argument('<id>', 'the message’s id, as list shows it')
    .action((id, options) =>
      act(async () => (await import('./verbs/failures-drop.ts')).failuresDrop, { id, ...options }),
    )
}

function addColdWallet(program: Command, act: Act): void {
  const coldWallet = program
    .command('cold-wallet')
    .description('change where everything goes: proposed, then applied by somebody else')
  const ofChain = (command: Command) =>
    command.requiredOption('--chain <id>', 'chain id', chainIdArgument)
  signed(ofChain(coldWallet.command('propose')))
    .description('ask for another cold wallet; it waits coldWalletDelayHours')
    .requiredOption('--to <address>', 'with its EIP-55 checksum', checksummedArgument)
    .action((options) =>
      act(async () => (await import('./verbs/cold-wallet-propose.ts')).coldWalletPropose, options),
    )
  signed(ofChain(coldWallet.command('apply')))
    .description('take it into use, after its time, by another operator than proposed it')
    .action((options) =>
      act(async () => (await import('./verbs/cold-wallet-apply.ts')).coldWalletApply, options),
    )
  signed(ofChain(coldWallet.command('cancel')))
    .description('drop what was proposed')
    .action((options) =>
      act(async () => (await import('./verbs/cold-wallet-cancel.ts')).coldWalletCancel, options),
    )
  coldWallet
    .command('list')
    .description('all changes, newest first')
    .option('--chain <id>', 'of one chain', chainIdArgument)
    .action((options) =>
      act(async () => (await import('./verbs/cold-wallet-list.ts')).coldWalletList, options),
    )
}

function addAudit(program: Command, act: Act): void {
  const audit = program.command('audit').description('what operators did, in a chain of hashes')
  audit
    .command('list')
    .description('newest first')
    .option('--subject <subject>', 'of one deposit, chain or message')
    .option('--limit <n>', 'at most so many', countArgument, 100)
    .action((options) =>
      act(async () => (await import('./verbs/audit-list.ts')).auditList, options),
    )
  audit
    .command('verify')
    .description('compute the chain again; exit 1 names the first row that breaks it')
    .option('--head <hash>', 'a head noted earlier, which must still be there', hashArgument)
    .action((options) =>
      act(async () => (await import('./verbs/audit-verify.ts')).auditVerify, options),
    )
}

/** An order that is written down with who gave it and why. */
function signed(command: Command): Command {
  return command
    .requiredOption('--operator <name>', 'who orders it', wordsArgument)
    .requiredOption('--reason <text>', 'why, for whoever reads the record later', wordsArgument)
}
