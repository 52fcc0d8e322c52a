import { collectEvents } from '../../harness/services/collect-events.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { statesOf } from '../frame/deposit-states.ts'
import type { ExpectedState, NodeRule, Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'
import type { TokenSpec } from '../frame/world-spec.ts'

/** Rows about credits that no balance shows. A log alone does not prove a payment (MONEY 24). */

const phantom: TokenSpec = { contract: 'phantom-token', symbol: 'GHOST' }
const amount = 50n * 10n ** 18n

/** Makes a payment that the token logs twice. The token logs the sweep once. */
async function payTwiceLogged(scene: Scene): Promise<void> {
  const { devnet } = scene.world.d
  const token = scene.world.tokenOf(phantom)
  await devnet.call(token, 'setTimes', [2n])
  await scene.pay(amount)
  await devnet.call(token, 'setTimes', [1n])
}

/** Makes the token log a payment that moves nothing. */
async function logOnly(scene: Scene): Promise<void> {
  const { devnet } = scene.world.d
  const args = [scene.wallet, amount, 1n]
  const hash = await devnet.call(scene.world.tokenOf(phantom), 'phantoms', args)
  scene.notePayment({ hash, amount })
}

/** Pattern of the detail for a wallet whose balance was 0 before the credit. */
const shows = (changed: bigint, logged: bigint) =>
  `the wallet's balance does not show this credit of ${amount}: after block \\d+ it holds \\d+, .*` +
  `in block \\d+ the balance changed by ${changed}, the logs say ${logged} `

/** Each deposit is done, or unbacked with both amounts in its detail. */
const oneHeld: ExpectedState = {
  state: /^(done|confirming\(unbacked\))$/,
  detail: new RegExp(`^$|^${shows(amount, 2n * amount)}`),
}

/** Runs an operator's command on the only unbacked deposit. @returns the deposit's id */
async function order(name: 'approve' | 'skip', { world, wallet }: Scene): Promise<string> {
  const rows = await world.d.sql<{ id: string }[]>`
    select id from deposits where wallet = ${wallet} and reason = 'unbacked'`
  const [{ id } = { id: '' }] = rows
  if (rows.length !== 1) throw new Error(`${rows.length} deposits are unbacked instead of 1`)
  const words = ['--operator', 'olga', '--reason', 'the explorer shows one movement']
  const { exitCode, stdout, stderr } = await world.d.cli(name, id, ...words)
  if (exitCode !== 0) throw new Error(`${name} failed: ${stdout}${stderr}`)
  return id
}

/**
 * Skips the only unbacked deposit.
 * @throws if no event `deposit.rejected` is published for the deposit
 */
async function skip(scene: Scene): Promise<void> {
  const bus = await collectEvents(scene.world.d.env)
  try {
    const id = await order('skip', scene)
    const heard = () =>
      bus.events.filter((one) => one.type === 'deposit.rejected' && one.depositId === id)
    await eventually(async () => heard().length, Boolean)
  } finally {
    await bus.close()
  }
}

/** Returns a check that throws unless the deposits have exactly these states. */
const becomes = (wanted: readonly string[]) => async (scene: Scene) => {
  const states = (await statesOf(scene)).map(({ state }) => state).sort()
  if (states.join() !== wanted.join()) throw new Error(states.join())
}

const rejected = 'ignored(rejected by olga)'
const missing = 'needs-attention(funds-gone)'

const zero = `0x${'0'.repeat(64)}`

/** Makes `balanceOf` of the wallet return 0 to the scanner. */
const emptyBalance = (scene: Scene): NodeRule => ({
  method: 'eth_call',
  by: 'scanner',
  about: ({ params }) => scene.names(params),
  does: { kind: 'forge', change: () => zero },
})

/** Scenes in which the node has already returned a false balance. */
const lied = new WeakSet<Scene>()

/** Like `emptyBalance`, but only for the first answer that is not 0. */
const emptyOnce = (scene: Scene): NodeRule => ({
  ...emptyBalance(scene),
  does: {
    kind: 'forge',
    change(honest) {
      if (honest === zero || lied.has(scene)) return honest
      lied.add(scene)
      return zero
    },
  },
})

export const unbacked: readonly Oddity[] = [
  // This row is the first, because unbacked credits of earlier rows would lengthen the interval
  // between two reads of the balance.
  {
    name: 'balanceOf returns 0 for a while after a payment',
    source: 'bsc #1072',
    node: (scene) => [emptyBalance(scene)],
    expect: {
      meanwhile: { state: 'confirming(unbacked)', detail: /it holds 0, .* changed by 0,/ },
    },
  },
  {
    name: 'a token logs one movement twice, and an operator skips the second credit',
    source: 'taiko #14686',
    asset: phantom,
    pay: payTwiceLogged,
    expect: {
      deposits: 2,
      meanwhile: oneHeld,
      release: skip,
      end: { state: /^(done|ignored\(rejected by olga\))$/ },
      arrives: (paid) => paid,
      also: becomes(['done', rejected]),
    },
  },
  {
    name: 'a token logs one movement twice, and an operator approves the second credit',
    source: 'taiko #14686',
    asset: phantom,
    pay: payTwiceLogged,
    expect: {
      deposits: 2,
      meanwhile: oneHeld,
      release: async (scene) => void (await order('approve', scene)),
      end: {
        state: /^(done|needs-attention\(funds-gone\))$/,
        detail: /^$|an operator approved this deposit although no balance showed it/,
      },
      arrives: (paid) => paid,
      differences: [/^wallet 0x.*: deposits 1(0+) against arrived 50+ \+ fees 0 \+ left 0,/],
      also: becomes(['done', missing]),
    },
  },
  {
    name: 'a token logs a transfer that moves nothing, and an operator skips it',
    source: 'phantom transfers of scam tokens',
    asset: phantom,
    pay: logOnly,
    expect: {
      meanwhile: { state: 'confirming(unbacked)', detail: new RegExp(`^${shows(0n, amount)}`) },
      release: skip,
      end: { state: rejected },
    },
  },
  {
    name: 'balanceOf returns 0 once after a payment',
    source: 'bsc #1072',
    node: (scene) => [emptyOnce(scene)],
    expect: {
      async also(scene) {
        if (!lied.has(scene)) throw new Error('the node never lied')
      },
    },
  },
]
