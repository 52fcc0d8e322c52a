import type { Argument, Command, Option } from 'commander'
import { accepted, textProbes } from './probes.ts'
import { buildProgram, runMain } from './sources.ts'

/** Values to try on arguments and options, next to the text probes. */
const words = [
  'temporal',
  'intake',
  'relay',
  'lanes',
  'waiting',
  'waiting(keeper-low)',
  'needs-attention',
  'unknown-state',
]

/** Returns the usage, arguments and options of every verb, without the help texts. */
export async function readCli(): Promise<string> {
  const program = buildProgram(async () => {}, {})
  const commands = all(program)
  for (const command of commands) await checkHelp(command)
  return `${commands.map(describe).join('\n\n')}\n`
}

function all(command: Command): readonly Command[] {
  const inner = [...command.commands].sort((a, b) => a.name().localeCompare(b.name()))
  return [command, ...inner.flatMap(all)]
}

function pathOf(command: Command): readonly string[] {
  return command.parent ? [...pathOf(command.parent), command.name()] : []
}

function describe(command: Command): string {
  const options = [...command.options].sort((a, b) => a.flags.localeCompare(b.flags))
  return [
    ['coldsweep', ...pathOf(command)].join(' '),
    `  usage: ${command.usage()}`,
    ...command.aliases().map((alias) => `  alias: ${alias}`),
    ...command.registeredArguments.map(describeArgument),
    ...options.map(describeOption),
  ].join('\n')
}

function describeArgument(argument: Argument): string {
  const name = argument.required ? `<${argument.name()}>` : `[${argument.name()}]`
  return `  argument ${name}${variadic(argument)}${details(argument)}`
}

function describeOption(option: Option): string {
  const need = option.mandatory ? ' (required)' : ''
  return `  option ${option.flags}${need}${variadic(option)}${details(option)}`
}

const variadic = ({ variadic: several }: { readonly variadic: boolean }) =>
  several ? ' (several)' : ''

function details({ defaultValue, argChoices, parseArg }: Argument | Option): string {
  const lines = []
  if (defaultValue !== undefined) lines.push(`default: ${JSON.stringify(defaultValue)}`)
  if (argChoices) lines.push(`choices: ${argChoices.join(', ')}`)
  if (parseArg) lines.push(`accepts: ${accepted(parses(parseArg), words, textProbes)}`)
  return lines.map((line) => `\n    ${line}`).join('')
}

function parses(parse: NonNullable<Option['parseArg']>): (value: unknown) => boolean {
  return (value) => {
    try {
      parse(String(value), undefined)
      return true
    } catch {
      return false
    }
  }
}

/** @throws unless the help of the verb exits with 0 and names every argument and option */
async function checkHelp(command: Command): Promise<void> {
  const said: string[] = []
  const code = await runMain([...pathOf(command), '--help'], {
    env: {},
    colour: false,
    stdout: (text) => said.push(text),
    stderr: () => {},
  })
  const help = said.join('')
  const wanted = [...command.options.map(({ flags }) => flags), command.usage()]
  const missing = wanted.filter((flags) => !help.includes(flags))
  if (code !== 0 || missing.length > 0) {
    throw new Error(`help of "${pathOf(command).join(' ')}" exits ${code}, lacks ${missing}`)
  }
}
