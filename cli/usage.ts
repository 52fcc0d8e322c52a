import type { Command, CommanderError } from 'commander'
import { didYouMean } from '../config/schema/did-you-mean.ts'
import { type CliError, usageError } from './session/cli-error.ts'

/** Converts commander's error into a usage error with a hint. */
export function explainUsage(
  error: CommanderError,
  program: Command,
  argv: readonly string[],
): CliError {
  const command = commandOf(program, argv)
  const path = command === program ? 'coldsweep' : `coldsweep ${pathOf(command)}`
  if (error.code === 'commander.help') {
    const verbs = visibleVerbs(command)
    return usageError(`missing verb after "${path}"`, `use one of ${verbs.join(', ')}`)
  }
  const [sentence = ''] = error.message.replace(/^error: /, '').split('\n')
  if (error.code === 'commander.unknownCommand') {
    const given = /'([^']*)'/.exec(sentence)?.[1] ?? ''
    const verbs = visibleVerbs(command)
    const hint = didYouMean(given, verbs) ?? `known verbs: ${verbs.join(', ')}`
    return usageError(`unknown verb "${given}" after "${path}"`, hint)
  }
  if (error.code === 'commander.unknownOption') {
    const options = [...command.options, ...program.options].flatMap(({ long }) => long ?? [])
    const given = /'([^']*)'/.exec(sentence)?.[1]
    const hint = didYouMean(given, options) ?? `see "${path} --help"`
    return usageError(sentence, hint)
  }
  return usageError(sentence, `see "${path} --help"`)
}

function commandOf(program: Command, argv: readonly string[]): Command {
  let command = program
  for (const word of argv) {
    const inner = command.commands.find((candidate) => candidate.name() === word)
    if (inner) command = inner
  }
  return command
}

function pathOf(command: Command): string {
  const above = command.parent
  return above?.parent ? `${pathOf(above)} ${command.name()}` : command.name()
}

function visibleVerbs(command: Command): string[] {
  return command.commands.map((inner) => inner.name())
}
