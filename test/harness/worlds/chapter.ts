import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { whileUnavailable } from '../waiting/while-unavailable.ts'

/** Words in capitals that a command of the runbook has in place of a value. */
export type Placeholders = Readonly<Record<string, string>>

/** Runs one command line. Returns its output. */
export type Handler = (line: string, words: readonly string[]) => Promise<string>

/**
 * Returns the commands of a chapter of the runbook, one list for each block of shell commands.
 * Comments and continuation backslashes are removed.
 * @param heading text of the `##` or `###` heading
 */
export function commandsOf(page: string, heading: string): string[][] {
  const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8')
  const chapter = text
    .split(/^(?=#{2,3} )/m)
    .find((part) => part.replace(/^#+ /, '').startsWith(`${heading}\n`))
  if (chapter === undefined) throw new Error(`${page} has no chapter "${heading}"`)
  return [...chapter.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block = '']) =>
    block
      .replace(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => line.replace(/(?:^|\s+)#.*$/, '').trim())
      .filter((line) => line !== ''),
  )
}

/**
 * Runs commands one after another: each by the handler of its first word. Throws for a command
 * without a handler, and for a placeholder without a value.
 */
export async function actOut(
  commands: readonly string[],
  placeholders: Placeholders,
  handlers: Readonly<Record<string, Handler>>,
): Promise<string[]> {
  const outputs: string[] = []
  for (const command of commands) {
    const line = command.replace(/\b[A-Z][A-Z_]+\b/g, (word, at: number) => {
      // `$DATABASE_URL` is a variable of the environment.
      if (command[at - 1] === '$' || command[at - 1] === '{') return word
      const value = placeholders[word]
      if (value === undefined) throw new Error(`"${command}": no value for ${word}`)
      return value
    })
    const [first = ''] = line.split(' ')
    const handle = handlers[first]
    if (!handle) throw new Error(`"${line}": nothing acts out ${first}`)
    outputs.push(await handle(line, wordsOf(line)))
  }
  return outputs
}

/**
 * A handler that gives the line to bash, with these variables. Repeats the line while it ends with
 * exit code 75 (retry later). Throws if the command fails.
 */
export const inShell =
  (env: NodeJS.ProcessEnv, prelude = ''): Handler =>
  async (line) => {
    const script = `set -eu -o pipefail\n${prelude}\n${line}`
    const options = { env: { ...process.env, ...env }, timeout: 180_000 }
    const { error, stdout } = await whileUnavailable(
      () =>
        new Promise<{ exitCode: number; error: Error | null; stdout: string }>((resolve) => {
          execFile('bash', ['-c', script], options, (failed, output) => {
            const exitCode = failed ? Number(failed.code ?? 1) : 0
            resolve({ exitCode, error: failed, stdout: output })
          })
        }),
    )
    if (error) throw error
    return stdout
  }

/** Splits a line at blanks outside quotes, and removes the quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  )
}
