import type { Scene } from './scene.ts'

/**
 * Runs `coldsweep rescan` for the last `blocks` blocks that are certainly final.
 * @throws if the rescan is refused or fails
 */
export async function rescanLast(scene: Scene, blocks: number): Promise<void> {
  const [row] = await scene.world.d.sql<{ height: string }[]>`select height from scan_cursors`
  const to = Number(row?.height) - 5
  await rescan(scene, Math.max(1, to - blocks), to)
}

/**
 * Runs `coldsweep rescan` for the blocks of the row's payments.
 * @throws if the rescan is refused or fails
 */
export async function rescanPayments(scene: Scene): Promise<void> {
  const { devnet } = scene.world.d
  const blocks = await Promise.all(
    scene.payments.map(async ({ hash }) => {
      const receipt = await devnet.request('eth_getTransactionReceipt', [hash])
      return Number((receipt as { blockNumber: string }).blockNumber)
    }),
  )
  await rescan(scene, Math.min(...blocks), Math.max(...blocks))
}

async function rescan({ world }: Scene, from: number, to: number): Promise<void> {
  const { chainId } = world.d.devnet
  const range = ['--from', String(from), '--to', String(to)]
  const order = ['--operator', 'olga', '--reason', 'the node was resynced']
  const { exitCode, stdout, stderr } = await world.d.cli(
    ...['rescan', '--chain', String(chainId), ...range, ...order],
  )
  if (exitCode !== 0) throw new Error(`rescan failed: ${stdout}${stderr}`)
}
