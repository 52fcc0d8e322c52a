import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Runs a tool of node_modules directly, because npx could download an unknown package. */
export function runTool(
  name: string,
  args: string[],
  options: { cwd?: string; input?: string } = {},
) {
  const tool = fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url))
  const { status, stdout, stderr } = spawnSync(tool, args, {
    cwd: options.cwd ?? root,
    input: options.input ?? '',
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}
