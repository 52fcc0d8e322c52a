import type { Command } from 'commander'
import type { Act } from './program.ts'
import { countArgument, hashArgument } from './session/arguments.ts'

/** Verbs that read the record of operators' orders. */
export function addAudit(program: Command, act: Act): void {
  const audit = program.command('audit').description('operator actions, linked by hashes')
  audit
    .command('list')
    .description('list operator actions, newest first')
    .option('--subject <subject>', 'filter by deposit, chain or message')
    .option('--limit <n>', 'at most so many', countArgument, 100)
    .action((options) => act(async () => (await import('./verbs/audit.ts')).auditList, options))
  audit
    .command('verify')
    .description('recompute the hashes; exit 1 names the first broken row')
    .option('--head <hash>', 'a head noted earlier, which must still exist', hashArgument)
    .action((options) => act(async () => (await import('./verbs/audit.ts')).auditVerify, options))
}
