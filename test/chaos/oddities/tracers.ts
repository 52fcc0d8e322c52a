import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { eventually } from '../../harness/waiting/eventually.ts'
import type { NodeRule, Oddity } from '../frame/oddity.ts'
import type { Payment, Scene } from '../frame/scene.ts'
import { changed, type Fields, hex } from './shapes.ts'

/** Rows about tracers that add calls of system contracts, or that return unreadable traces. */

const world = { chain: { internalTransfers: 'trace' } }
const bootloader = `0x${'0'.repeat(36)}8001`
const msgValueSimulator = `0x${'0'.repeat(36)}8009`

/** Changes the top frame of each transaction, in traces of a block and of a single transaction. */
const inFrames = (change: (top: Fields) => Fields): readonly NodeRule[] => [
  {
    method: 'debug_traceBlockByHash',
    does: {
      kind: 'forge',
      change: (entries) =>
        (entries as Fields[]).map((entry) => ({
          ...entry,
          result: change(entry['result'] as Fields),
        })),
    },
  },
  { method: 'debug_traceTransaction', does: { kind: 'forge', change: changed(change) } },
]

const lacks = (method: string): NodeRule => ({
  method,
  does: { kind: 'error', code: -32601, message: 'the method does not exist' },
})

/** Wraps the trace of a transaction in a call of the bootloader, zkSync's system contract. */
const underBootloader = (top: Fields) => ({
  ...{ type: 'CALL', from: `0x${'0'.repeat(40)}`, to: bootloader, value: '0x0', gas: '0x0' },
  calls: [{ type: 'CALL', from: bootloader, to: top['from'], value: '0x0', calls: [top] }],
})

/** Moves the calls of a transaction below a call without value to a contract at a low address. */
const byWayOfSimulator = (top: Fields) => ({
  ...top,
  calls: [
    {
      ...{ type: 'CALL', from: top['to'], to: msgValueSimulator, value: '0x0' },
      calls: top['calls'] ?? [],
    },
  ],
})

const structLogs = { gas: 53_000, failed: false, returnValue: '', structLogs: [{ op: 'STOP' }] }

const amount = 3n * 10n ** 17n

/** Makes a plain payment with enough gas to run code, as every payment has on some chains. */
async function payWithGas(scene: Scene): Promise<void> {
  const { devnet } = scene.world.d
  const from = privateKeyToAddress(generatePrivateKey())
  await devnet.setEther(from, 10)
  await devnet.request('anvil_impersonateAccount', [from])
  const transaction = { from, to: scene.wallet, value: hex(amount), gas: hex(500_000) }
  const hash = (await devnet.request('eth_sendTransaction', [transaction])) as Payment['hash']
  scene.notePayment({ hash, amount })
}

async function payByContract(scene: Scene): Promise<void> {
  const { devnet } = scene.world.d
  const contract = await devnet.deployContract('internal-payer')
  const hash = await devnet.call(contract, 'payDeep', [scene.wallet], amount)
  scene.notePayment({ hash, amount })
}

const unreadOf = ({ world: { d }, payments }: Scene) =>
  d.sql<{ why: string }[]>`
    select why from unread_transactions where tx_hash in ${d.sql(payments.map(({ hash }) => hash))}`

export const tracers: readonly Oddity[] = [
  {
    name: 'traces begin with a call of the bootloader and contain the payment as an internal call',
    source: 'zkSync Era’s tracer',
    world,
    asset: 'native',
    node: () => [...inFrames(underBootloader), lacks('trace_block'), lacks('trace_transaction')],
    pay: payWithGas,
    expect: {
      async also(scene) {
        await eventually(
          () => unreadOf(scene),
          ([row]) => /begins with a call from 0x0+ to 0x0+8001/.test(row?.why ?? ''),
        )
        scene.heal()
        await eventually(
          () => unreadOf(scene),
          (rows) => rows.length === 0,
        )
      },
    },
  },
  {
    name: 'a contract pays native coin through a contract at a low address, in a call without value',
    source: 'zkSync Era’s MsgValueSimulator, Moonbeam’s batch precompile',
    world,
    asset: 'native',
    node: () => inFrames(byWayOfSimulator),
    pay: payByContract,
    expect: { also: nothingUnread },
  },
  {
    name: 'debug_trace methods return struct logs for every requested tracer',
    source: 'besu #8326, #8195',
    world,
    asset: 'native',
    node: () => [
      {
        method: 'debug_traceBlockByHash',
        does: { kind: 'forge', change: (all) => (all as unknown[]).map(() => structLogs) },
      },
      { method: 'debug_traceTransaction', does: { kind: 'forge', change: () => structLogs } },
    ],
    pay: payByContract,
    expect: { also: nothingUnread },
  },
]

async function nothingUnread(scene: Scene): Promise<void> {
  const rows = await unreadOf(scene)
  if (rows.length > 0) throw new Error(`unread: ${rows.map(({ why }) => why).join('; ')}`)
}
