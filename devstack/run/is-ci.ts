/**
 * Returns whether the variable `CI` is set and not "", 0 or false. In CI no person can answer a
 * question.
 */
export function isCi(env: NodeJS.ProcessEnv = process.env): boolean {
  return !['', '0', 'false'].includes((env['CI'] ?? '').toLowerCase())
}
