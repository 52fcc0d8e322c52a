import { isCi } from '../run/is-ci.ts'
import type { Run } from '../run/run.ts'
import { askVersion, type FoundBinary, findGo, findTool, type GoTool } from './go-tool.ts'

/**
 * The version that is built. Another minor version cannot replace it, because each has its own
 * genesis fields and fork rules.
 */
const VERSION = 'v1.17.10'
const MINOR = /^Version: 1\.17\./m

const geth: GoTool = {
  title: 'geth',
  command: 'geth',
  module: 'github.com/ethereum/go-ethereum/cmd/geth',
  version: VERSION,
  variable: 'GETH_PATH',
  async check(path) {
    const text = await askVersion(path, 'version')
    if (!MINOR.test(text)) {
      throw new Error(`${path} is not geth 1.17: ${text.split('\n').slice(0, 2).join(' ')}`)
    }
    return /^Version: (\S+)/m.exec(text)?.[1] ?? text
  },
}

/**
 * Finds geth in this order: GETH_PATH → our cache → PATH → built once by Go into the cache.
 * Undefined on a developer's machine without Go.
 * @throws when GETH_PATH names another program, when a build with the installed Go fails, and in CI
 * when geth is missing
 */
export async function findGeth(
  run: Run,
  env: NodeJS.ProcessEnv = process.env,
  say: (line: string) => void = console.log,
): Promise<FoundBinary | undefined> {
  const reasons: string[] = []
  const found = await findTool(geth, run, env, (line) => {
    reasons.push(line)
    say(line)
  })
  if (found) return found
  say(acceptWithoutGeth({ go: findGo(env), ci: isCi(env), reasons }))
  return undefined
}

/**
 * Decides whether tests may run without geth.
 * @returns the line about skipped tests
 * @throws if Go is installed or in CI, because the tests must not be skipped there
 */
export function acceptWithoutGeth(here: {
  readonly go: string | undefined
  readonly ci: boolean
  readonly reasons: readonly string[]
}): string {
  if (here.go !== undefined) throw new Error(here.reasons.join('\n'))
  if (here.ci) throw new Error(`CI runs the tests on a real node: ${howToInstallGeth}`)
  return `tests on a real node are skipped: ${howToInstallGeth}`
}

export const howToInstallGeth =
  'install Go 1.24 or later from https://go.dev/dl (geth is built once), or set GETH_PATH to geth 1.17'
