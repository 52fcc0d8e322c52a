import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'

let cli: CliEnvironment
const scripts = { bash: '', zsh: '' }

beforeAll(async () => {
  cli = cliEnvironment({})
  for (const shell of ['bash', 'zsh'] as const)
    scripts[shell] = (await runCli(['completion', shell], cli.env)).stdout
})
afterAll(() => cli?.remove())

function answer(shell: 'bash' | 'zsh', flags: readonly string[], program: string): string[] {
  const { stdout, stderr, status } = spawnSync(shell, [...flags, '-c', program], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout.split('\n').filter((word) => word !== '')
}

const quote = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ')

const complete = {
  bash: (...line: string[]) =>
    answer(
      'bash',
      ['--norc', '--noprofile'],
      `${scripts.bash}\nCOMP_WORDS=(coldsweep ${quote(line)}); COMP_CWORD=${line.length}
       _coldsweep; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ),
  zsh: (...line: string[]) =>
    answer(
      'zsh',
      ['-f'],
      `compdef() { : }; compset() { : }
       compadd() { local word; for word in "\${(@P)2}"; do [[ $word == "$cur"* ]] && print -r -- $word; done; true }
       ${scripts.zsh}\nwords=(coldsweep ${quote(line)}); CURRENT=${line.length + 1}; _coldsweep; true`,
    ),
}

const hasZsh = spawnSync('zsh', ['--version']).status === 0

describe.each(['bash', ...(hasZsh ? ['zsh'] : [])] as ('bash' | 'zsh')[])('in %s', (shell) => {
  const words = (...line: string[]) => complete[shell](...line)

  it('completes verbs and their verbs', () => {
    expect(words('sw')).toEqual(['sweeps', 'sweep', 'sweep-dust'])
    expect(words('cold-wallet', '')).toEqual(['propose', 'apply', 'cancel', 'list'])
    expect(words('completion', '')).toEqual(['bash', 'zsh'])
  })

  it('completes options of the verb, and the global ones', () => {
    expect(words('sweeps', '--w')).toEqual(['--wallet', '--watch'])
    expect(words('unread', 'retry', '--')).toEqual(
      expect.arrayContaining(['--chain', '--operator', '--reason', '--json', '--help']),
    )
    expect(words('sweeps', '--')).not.toContain('--operator')
  })

  it('completes chains, assets, states and loops', () => {
    expect(words('sweeps', '--chain', '')).toEqual(['bsc'])
    expect(words('pause', '0xab', '--chain', 'b')).toEqual(['bsc'])
    expect(words('sweeps', '--asset', 'US')).toEqual(['USDT'])
    expect(words('sweeps', '--state', 'o')).toEqual(['orphaned'])
    expect(words('worker', '--only', 're')).toEqual(['relay'])
  })

  it('offers nothing for a value that it does not know', () => {
    expect(words('retry', 'x', '--operator', '')).toEqual([])
    expect(words('sweeps', '--wallet', '')).toEqual([])
  })

  it('skips the value of an option before the verb’s own words', () => {
    expect(words('sweeps', '--chain', 'config', '--st')).toEqual(['--state'])
  })
})

describe('the bash script', () => {
  it('completes a value after =, which bash splits', () => {
    expect(complete.bash('sweeps', '--chain', '=', 'b')).toEqual(['bsc'])
    expect(complete.bash('sweeps', '--chain', '=')).toEqual(['bsc'])
  })

  it('is registered for coldsweep', () => {
    const shown = answer('bash', ['--norc'], `${scripts.bash}\ncomplete -p coldsweep`)
    expect(shown).toEqual(['complete -F _coldsweep coldsweep'])
  })
})

describe('completion', () => {
  it('names no chains without a coldsweep.yaml, and is printed all the same', async () => {
    const { code, stdout } = await runCli(['completion', 'bash'], { COLDSWEEP_CONFIG: '/nowhere' })
    expect(code).toBe(0)
    expect(stdout).toContain('_coldsweep')
    expect(stdout).not.toContain("'bsc'")
  })

  it('exits 2 for another shell', async () => {
    const { code, stderr } = await runCli(['completion', 'fish'], cli.env)
    expect(code).toBe(2)
    expect(stderr).toContain('Expected one of bash, zsh')
  })
})
