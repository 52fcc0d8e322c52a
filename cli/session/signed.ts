import type { Command } from 'commander'
import { wordsArgument } from './arguments.ts'

/** Adds the options that every order needs. The audit records the operator and the reason. */
export function signed(command: Command): Command {
  return command
    .requiredOption('--operator <name>', 'who gives the order', wordsArgument)
    .requiredOption('--reason <text>', 'why; recorded in the audit', wordsArgument)
}
