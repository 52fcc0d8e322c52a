import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedDeposit } from '../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

const wallet = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'
const checksummed = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const order = ['--operator', 'ann', '--reason', 'drill']

let database: OwnDatabase
let cli: CliEnvironment
let id: string
let removed: string

const run = (...argv: string[]) => runCli(argv, cli.env)
const idsOf = async (...argv: string[]) =>
  ((await run('sweeps', ...argv, '--json')).envelope().data as { id: string }[]).map((it) => it.id)

beforeAll(async () => {
  database = await ownDatabase()
  cli = cliEnvironment({ DATABASE_URL: database.url })
  id = await seedDeposit(database.sql, { wallet, reason: 'keeper-low' })
  removed = await seedDeposit(database.sql, { chainId: 137, reason: 'keeper-low' })
})

afterAll(async () => {
  cli?.remove()
  await database?.drop()
})

describe('--chain', () => {
  it.each(['56', 'bsc', 'BSC'])('takes %s', async (chain) => {
    expect(await idsOf('--chain', chain)).toEqual([id])
    expect(await idsOf(`--chain=${chain}`)).toEqual([id])
  })

  it('takes the id of a chain that was removed from coldsweep.yaml', async () => {
    expect(await idsOf('--chain', '137')).toEqual([removed])
    const { envelope } = await run('pause', '--chain', '137', ...order, '--json')
    expect(envelope().errors[0]?.message).not.toContain('Expected')
  })

  it.each([
    ['sweeps', []],
    ['keeper', []],
    ['reconcile', []],
    ['scanner', []],
    ['unread list', []],
    ['cold-wallet list', []],
    ['pause', order],
    ['resume', order],
    ['recover', order],
    ['rescan', [...order, '--from', '1', '--to', '2']],
    ['unread retry', [`0x${'ab'.repeat(32)}`, ...order]],
    ['cold-wallet apply', order],
  ])('%s exits 2 for an unknown name and lists the configured chains', async (verb, more) => {
    const { code, stderr } = await run(...verb.split(' '), ...more, '--chain', 'polygon')
    expect(stderr).toContain('coldsweep.yaml has no chain "polygon"')
    expect(stderr).toContain('configured chains: 56 (bsc)')
    expect(code).toBe(2)
  })

  it.each(['0', '', 'two words', '-1', '1.5e3!'])('exits 2 for %j', async (chain) => {
    const { code, stderr } = await run('sweeps', `--chain=${chain}`)
    expect(stderr).toContain('Expected a chain id or the name of a chain')
    expect(code).toBe(2)
  })
})

describe('pause --asset', () => {
  it.each([
    [['--asset', 'USDT'], 'pause --asset needs its chain'],
    [['--asset', 'NOPE', '--chain', 'bsc'], 'bsc lists no asset NOPE'],
    [['--asset', `0x${'ab'.repeat(20)}`, '--chain', 'bsc'], 'and has no deposit of it'],
    [['--asset', 'USDT', '--chain', 'bsc', 'an-id'], 'pause needs a deposit or a chain'],
  ])('%j exits 2: %s', async (args, words) => {
    const { code, stderr } = await run('pause', ...args, ...order)
    expect(stderr).toContain(words)
    expect(code).toBe(2)
  })
})

describe('--wallet', () => {
  it.each([
    ['lower case', wallet],
    ['upper case', wallet.toUpperCase().replace('0X', '0x')],
    ['upper case with 0X', wallet.toUpperCase()],
    ['its checksum', checksummed],
  ])('takes an address in %s', async (_, text) => {
    expect(await idsOf('--wallet', text)).toEqual([id])
  })

  it('exits 2 for a wrong checksum and names the right spelling', async () => {
    const wrong = checksummed.replace('F6F4', 'f6F4')
    for (const argv of [
      ['sweeps', '--wallet', wrong],
      ['recover', '--lane', wrong, ...order],
    ]) {
      const { code, stderr } = await run(...argv)
      expect(stderr).toContain('EIP-55 checksum mismatch')
      expect(stderr).toContain(checksummed)
      expect(code).toBe(2)
    }
  })

  it('is a column of sweeps', async () => {
    const { stdout } = await run('sweeps', '--chain', 'bsc')
    expect(stdout).toMatch(/state +for +chain +amount +wallet +deposit/)
    expect(stdout).toContain(checksummed)
  })
})

describe('colours', () => {
  it('colours errors by the stream that shows them', async () => {
    const { run: main } = await import('../../../cli/main.ts')
    const said: string[] = []
    const io = { env: cli.env, stdout: () => {}, stderr: (text: string) => void said.push(text) }
    await main(['sweeps', '--chain', 'polygon'], { ...io, colour: true, colourErrors: false })
    expect(said.join('')).not.toContain('\u001b[')
    await main(['sweeps', '--chain', 'polygon'], { ...io, colour: false, colourErrors: true })
    expect(said.join('')).toContain('\u001b[')
  })
})
