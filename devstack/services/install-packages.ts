import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { isCi } from '../run/is-ci.ts'
import type { InstallPackages } from './resolve-services.ts'

const APT_GET = '/usr/bin/apt-get'

/**
 * Returns a function that installs Debian packages with apt-get and returns whether it succeeded.
 * It installs only as root on a Debian-like system, and only after a yes from `--yes`, `CI` or a
 * person at the terminal. In any other case it returns false, and the caller lists the missing
 * services.
 */
export function packageInstaller(yes: boolean, say: (line: string) => void): InstallPackages {
  return async (packages) => {
    if (process.getuid?.() !== 0 || !existsSync(APT_GET)) return false
    const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`
    if (!(yes || isCi() || (await isAgreed(command)))) return false
    say(`installing: ${command}`)
    return aptGet(['update']) && aptGet(command.split(' ').slice(1))
  }
}

async function isAgreed(command: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const ask: (question: string) => Promise<unknown> = promisify(terminal.question).bind(terminal)
  const answer = await ask(`Missing services. Run "${command}"? [y/N] `)
  terminal.close()
  return /^y(es)?$/i.test(String(answer).trim())
}

function aptGet(args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status } = spawnSync(APT_GET, args, { stdio: ['ignore', 2, 2], env })
  return status === 0
}
