/** `CI` counts when it is set and not "", 0 or false: then nobody is there to be asked. */
export function isCi(env: NodeJS.ProcessEnv = process.env): boolean {
  return !['', '0', 'false'].includes((env['CI'] ?? '').toLowerCase())
}
