import { readFileSync } from 'node:fs'
import type { Fault } from '../schema/fault.ts'

/** What a process is started with; keys of no interest are ignored. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Puts the content of each `NAME_FILE` in NAME's place, without its trailing line breaks (Docker
 * and Kubernetes mount secrets that way). An empty variable counts as unset: compose files pass
 * those on.
 */
export function readSecretFiles(env: Environment, names: readonly string[]) {
  const values: Record<string, string> = {}
  const faults: Fault[] = []
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value !== '') values[name] = value
  }
  for (const name of names) {
    const fileName = `${name}_FILE`
    const file = values[fileName]
    if (file === undefined) continue
    if (values[name] !== undefined) {
      const problem = `is set, and so is ${name}`
      faults.push({ path: fileName, problem, fix: 'set only one of the two' })
      continue
    }
    const content = readText(file)
    if (content === undefined) {
      const problem = `names ${file}, which cannot be read`
      faults.push({ path: fileName, problem, fix: 'name a file that this user may read' })
    } else if (content === '') {
      const problem = `names ${file}, which is empty`
      faults.push({ path: fileName, problem, fix: `put the value of ${name} into it` })
    } else values[name] = content
  }
  return { values, faults }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/[\r\n]+$/, '')
  } catch {
    return undefined
  }
}
