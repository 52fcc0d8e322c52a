import type { Command } from 'commander'
import type { Act } from './program.ts'
import { shellArgument } from './session/arguments.ts'

/** The verb that prints a shell's completion script. It needs the whole program. */
export function addCompletion(program: Command, act: Act): void {
  program
    .command('completion')
    .description('print a script that completes verbs, options and known values')
    .argument('<shell>', 'bash or zsh', shellArgument)
    .action((shell) =>
      act(async () => (await import('./verbs/completion.ts')).completion, { shell, program }),
    )
}
