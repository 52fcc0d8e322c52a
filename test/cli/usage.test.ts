import { describe, expect, it } from 'vitest'
import { runCli } from '../harness/processes/run-cli.ts'

/** Runs a command that must exit 2, and returns its text on stderr. */
const hint = async (...argv: string[]) => {
  const { code, stderr, stdout } = await runCli(argv)
  expect(stdout).toBe('')
  expect(code).toBe(2)
  return stderr
}

describe('wrong usage', () => {
  it('an unknown verb exits 2 and suggests the nearest verb', async () => {
    expect(await hint('swep')).toContain(
      'unknown verb "swep" after "coldsweep"\n  hint: did you mean sweep?',
    )
  })

  it('an unknown verb without a near match exits 2 and lists all verbs', async () => {
    expect(await hint('frobnicate')).toMatch(
      /hint: known verbs: migrate, config, scanner, worker, sweeps/,
    )
  })

  it('a verb without its subcommand exits 2 and lists the subcommands', async () => {
    expect(await hint('failures')).toContain('hint: use one of list, requeue, drop')
    expect(await hint('config', 'chek')).toContain('did you mean check?')
  })

  it('an unknown option exits 2 and suggests the nearest option', async () => {
    expect(await hint('sweeps', '--stat', 'done')).toContain('did you mean --state?')
  })

  it.each([
    [['sweeps', '--state', 'stuck'], /Expected one of detected/],
    [['sweeps', '--chain', '0'], /Expected a chain id or the name of a chain/],
    [['sweeps', '--wallet', '0x12'], /Expected "0x" and 40 hex digits/],
    [['sweeps', '--limit', '0'], /Expected a whole number from 1/],
    [['worker', '--only', 'scanner'], /Expected one of temporal, intake, relay, lanes/],
    [['rescan', '--chain', '1', '--from', '-3', '--to', '4'], /Expected a block's height/],
    [['sweep'], /missing required argument 'id'/],
    [['sweep', 'a', 'b'], /Expected 1 argument but got 2/],
  ])('%s exits 2 and shows the expected form', async (argv, words) => {
    expect(await hint(...argv)).toMatch(words)
  })

  it('rescan, which is recorded as an order, exits 2 without operator or reason', async () => {
    const blocks = ['rescan', '--chain', '1', '--from', '3', '--to', '4']
    expect(await hint(...blocks, '--reason', 'why')).toContain("'--operator <name>' not specified")
    expect(await hint(...blocks, '--operator', 'ann')).toContain("'--reason <text>' not specified")
  })

  it('cancel exits 2 without an operator and without a valid hash', async () => {
    const hash = `0x${'ab'.repeat(32)}`
    expect(await hint('cancel', hash, '--reason', 'why')).toContain("'--operator <name>'")
    const order = ['--operator', 'ann', '--reason', 'why']
    expect(await hint('cancel', 'x', ...order)).toContain('Expected "0x" and 64 hex digits')
  })

  it.each(['retry', 'approve', 'skip', 'pause', 'resume', 'failures drop', 'failures requeue'])(
    '%s exits 2 without an operator or with a blank reason',
    async (verb) => {
      const words = verb.split(' ')
      expect(await hint(...words, 'x', '--reason', 'why')).toContain(
        "'--operator <name>' not specified",
      )
      expect(await hint(...words, 'x', '--operator', 'ann')).toContain(
        "'--reason <text>' not specified",
      )
      expect(await hint(...words, 'x', '--operator', 'ann', '--reason', ' ')).toContain(
        'Must not be empty',
      )
    },
  )

  it('--version prints the version', async () => {
    const { code, stdout } = await runCli(['--version'])
    expect([code, stdout.trim()]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+$/)])
  })

  it('prints one JSON envelope with --json at any position', async () => {
    for (const argv of [
      ['--json', 'swep'],
      ['swep', '--json'],
    ]) {
      const { code, envelope, stderr } = await runCli(argv)
      expect(code).toBe(2)
      expect(stderr).toBe('')
      expect(envelope()).toEqual({
        v: 1,
        ok: false,
        data: null,
        errors: [
          {
            code: 'usage',
            message: 'unknown verb "swep" after "coldsweep"',
            hint: 'did you mean sweep?',
          },
        ],
      })
    }
  })
})

describe('help', () => {
  it('prints the usage on stdout and exits 0', async () => {
    for (const argv of [['--help'], ['help'], ['sweeps', '--help'], ['help', 'sweeps']]) {
      const { code, stdout, stderr } = await runCli(argv)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain('Usage: coldsweep')
    }
  })

  it('names every verb and every exit code', async () => {
    const { stdout } = await runCli(['--help'])
    for (const verb of [
      'migrate',
      'config',
      'scanner',
      'worker',
      'sweeps',
      'sweep',
      'keeper',
      'retry',
      'approve',
      'skip',
      'cancel',
      'pause',
      'resume',
      'rescan',
      'failures',
      'audit',
      'cold-wallet',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'))
    }
    expect(stdout).toContain(
      '0 ok, 1 failed, 2 usage or configuration error, 3 refused by policy, 75 dependency down',
    )
  })
})
