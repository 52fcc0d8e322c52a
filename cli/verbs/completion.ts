import type { Command } from 'commander'
import { loadConfig } from '../../config/load-config.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { depositStates } from '../../domain/deposits/deposit-state.ts'
import {
  type CompletionNode,
  type CompletionOption,
  completionScript,
} from '../render/completion-script.ts'
import { workerLoops } from '../session/arguments.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { type Shell, shells } from '../session/shells.ts'

interface CompletionArguments {
  readonly shell: Shell
  readonly program: Command
}

/** Prints the completion script of a shell. It names no chains if coldsweep.yaml is unreadable. */
export async function completion(
  { shell, program }: CompletionArguments,
  session: Session,
): Promise<Outcome> {
  const script = completionScript(shell, nodesOf(program, knownValues(session)))
  return { data: { shell, script }, text: () => script }
}

type Values = Readonly<Record<string, readonly string[]>>

/** Values of options by their long flag. */
function knownValues({ env }: Session): Values {
  const chains = configuredChains(env)
  const symbols = chains.flatMap(({ native, tokens }) => [native, ...tokens].map((it) => it.symbol))
  return {
    '--chain': chains.map(({ name }) => name),
    '--asset': [...new Set(symbols)],
    '--state': depositStates,
    '--only': workerLoops,
  }
}

function configuredChains(env: Session['env']): readonly ChainConfig[] {
  try {
    return loadConfig({ need: [], env }).chains
  } catch {
    return []
  }
}

function nodesOf(command: Command, values: Values, path = ''): CompletionNode[] {
  const own = [...command.options, ...(command.parent ? rootOf(command).options : [])]
  const options = own.flatMap((option): CompletionOption[] =>
    option.long && !option.hidden
      ? [
          {
            flag: option.long,
            takesValue: option.required || option.optional,
            values: option.argChoices ?? values[option.long] ?? [],
          },
        ]
      : [],
  )
  const [first] = command.registeredArguments
  const node = {
    path,
    verbs: command.commands.map((inner) => inner.name()),
    options: [...options, { flag: '--help', takesValue: false, values: [] }],
    words: first?.argChoices ?? (path === 'completion' ? shells : []),
  }
  return [
    node,
    ...command.commands.flatMap((inner) =>
      nodesOf(inner, values, path === '' ? inner.name() : `${path} ${inner.name()}`),
    ),
  ]
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command
}
