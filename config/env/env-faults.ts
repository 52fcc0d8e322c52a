import type { z } from 'zod'
import type { Fault } from '../schema/fault.ts'
import { secretNames } from './env-schema.ts'

/** The schema library's issues about the environment in our words. */
export function envFaults(error: z.ZodError, values: Readonly<Record<string, string>>): Fault[] {
  return error.issues.map((issue): Fault => {
    const path = issue.path.map(String).join('.')
    const fix = issue.code === 'custom' ? String(issue.params?.['fix']) : 'write text'
    if (values[path] !== undefined) return { path, problem: issue.message, fix }
    const orFile = secretNames.includes(path) ? `, or set ${path}_FILE to a file that holds it` : ''
    return { path, problem: 'is missing', fix: `${fix}${orFile}` }
  })
}
