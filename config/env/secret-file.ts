import { readFileSync } from 'node:fs'
import type { SettingError } from '../schema/config-error.ts'

/** The environment variables of a process. Unknown names are ignored. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Returns the environment with each secret NAME read from the file that `NAME_FILE` names, because
 * Docker and Kubernetes mount secrets as files. Trailing line breaks are removed. An empty variable
 * counts as unset, because compose files pass empty variables on.
 */
export function readSecretFiles(env: Environment, names: readonly string[]) {
  const values: Record<string, string> = {}
  const errors: SettingError[] = []
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value !== '') values[name] = value
  }
  for (const name of names) {
    const fileName = `${name}_FILE`
    const file = values[fileName]
    if (file === undefined) continue
    if (values[name] !== undefined) {
      const problem = `set together with ${name}`
      errors.push({ path: fileName, problem, fix: 'set only one of them' })
      continue
    }
    const content = readText(file)
    if (content === undefined) {
      const problem = `cannot read ${file}`
      errors.push({ path: fileName, problem, fix: 'set it to a file that this user can read' })
    } else if (content === '') {
      const problem = `${file} is empty`
      errors.push({ path: fileName, problem, fix: `write the value of ${name} into the file` })
    } else values[name] = content
  }
  return { values, errors }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/[\r\n]+$/, '')
  } catch {
    return undefined
  }
}
