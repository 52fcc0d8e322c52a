/** True when `CI` is set and not "", 0 or false. In CI there is nobody to ask. */
export function isCi(env: NodeJS.ProcessEnv = process.env): boolean {
  return !['', '0', 'false'].includes((env['CI'] ?? '').toLowerCase())
}
