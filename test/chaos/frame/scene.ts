import type { Address, Hash } from 'viem'
import type { RpcAnswer, RpcRequest } from '../../harness/proxies/faults.ts'
import type { ChaosWorld } from './chaos-world.ts'
import { createConcerns } from './concerns.ts'
import type { Oddity, Phase } from './oddity.ts'
import { plainToken } from './world-spec.ts'

export interface Payment {
  readonly hash: Hash
  readonly amount: bigint
}

/** A running row with its own wallet and the payments to this wallet. */
export interface Scene {
  readonly world: ChaosWorld
  /** Lower-case. */
  readonly wallet: Address
  /** `native`, or the token's address in lower case, as in the database. */
  readonly asset: string
  readonly payments: readonly Payment[]
  /** Balance of the cold wallet in the row's asset. `coldBefore` is the balance at the start. */
  coldBalance(): Promise<bigint>
  readonly coldBefore: bigint
  /**
   * Pays the row's asset to the row's wallet. Resolves when the payment is mined.
   * @param amount by default an amount that no other payment has
   */
  pay(amount?: bigint): Promise<Payment>
  /** Registers a payment that the row made itself. */
  notePayment(payment: Payment): void
  /**
   * Whether a request is about the row's wallet. Its parameters contain the wallet, or they
   * identify, by hash or by signed bytes, a transaction that does.
   */
  concerns(request: RpcRequest): Promise<boolean>
  /** Whether a JSON value (a transaction, receipt or log) contains the row's wallet. */
  names(value: unknown): boolean
  phase(): Promise<Phase>
  /** Asks the real node. */
  ask(method: string, params: readonly unknown[]): Promise<RpcAnswer>
  /** Removes the row's rules, so that the node is honest again. */
  heal(): void
}

let amounts = 0n

/** Makes a wallet for the row, and applies the row's rules to the node. */
export async function openScene(world: ChaosWorld, row: Oddity): Promise<Scene> {
  const { devnet } = world.d
  const wallet = (await world.d.addWallet()).address.toLowerCase() as Address
  const { asset = plainToken } = row
  const token = asset === 'native' ? undefined : world.tokenOf(asset)
  const payments: Payment[] = []
  const coldBalance = () =>
    token ? devnet.tokenOf(token, world.d.coldWallet) : devnet.etherOf(world.d.coldWallet)
  const names = (value: unknown) =>
    (JSON.stringify(value) ?? '').toLowerCase().includes(wallet.slice(2))
  const ask = async (method: string, params: readonly unknown[]): Promise<RpcAnswer> => ({
    result: await devnet.request(method, params),
  })
  const scene: Scene & { heal: () => void } = {
    world,
    wallet,
    asset: token?.address.toLowerCase() ?? 'native',
    payments,
    coldBalance,
    coldBefore: await coldBalance(),
    names,
    ask,
    concerns: createConcerns(names, ask),
    phase: () => phaseOf(scene),
    async pay(given) {
      amounts += 1n
      // All amounts differ, so that a wrong sum cannot match by chance.
      const amount = given ?? 3n * 10n ** BigInt(token?.decimals ?? 17) + amounts * 10n ** 3n
      const hash = token
        ? await devnet.payToken(token, wallet, amount)
        : await devnet.payWei(wallet, amount)
      const payment = { hash, amount }
      payments.push(payment)
      return payment
    },
    notePayment: (payment) => void payments.push(payment),
    heal: () => {},
  }
  const undo = world.node.obey(row.node?.(scene) ?? [], scene.phase)
  scene.heal = undo
  return scene
}

/**
 * Returns the phase of the row. The database shows whether the deposit is confirmed and the sweep
 * is signed. The chain shows whether the sweep is mined.
 */
export async function phaseOf({ world, wallet, asset, ask }: Scene): Promise<Phase> {
  const { sql } = world.d
  const deposits = await sql<{ state: string; confirmed: boolean }[]>`
    select state, confirmed_at is not null as confirmed from deposits
    where wallet = ${wallet} and asset = ${asset}`
  if (!deposits.some(({ confirmed }) => confirmed)) return 'detection'
  if (deposits.every(({ state }) => ['done', 'ignored', 'orphaned'].includes(state))) return 'over'
  const attempts = await sql<{ hash: string; step: string }[]>`
    select a.hash, t.step from attempts a join transactions t on t.key = a.transaction_key
    join sweeps s on s.id = t.sweep_id
    where s.wallet = ${wallet} and s.asset = ${asset} and s.closed_at is null`
  if (attempts.length === 0) return 'plan'
  for (const { hash, step } of attempts) {
    if (step !== 'sweep') continue
    if ((await ask('eth_getTransactionReceipt', [hash])).result) return 'finality'
  }
  return 'send'
}
