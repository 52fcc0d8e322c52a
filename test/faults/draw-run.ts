import type { AssetSymbol } from '../../devstack/demo/script/assets.ts'
import { type Draw, drawFrom } from '../harness/factories/draw.ts'
import { crashPoints } from '../harness/processes/crash-points.ts'
import type { CrashOrder } from '../harness/processes/crashing.ts'

/** A process of a random run: a scanner or a worker. `only` limits a worker to one loop. */
export interface Role {
  readonly kind: 'scanner' | 'worker'
  readonly only?: 'temporal' | 'intake' | 'relay' | 'lanes'
}

export const services = ['postgres', 'central', 'redis', 'rabbitmq', 'temporal', 'node'] as const
export type ServiceName = (typeof services)[number]

export interface PlannedPayment {
  /** Time from the start of the run. */
  readonly afterMs: number
  /** Index of the wallet. */
  readonly wallet: number
  readonly asset: AssetSymbol
}

/**
 * One kill of a process. After `afterMs` the process is killed (`once`), or it is ordered to die at
 * a crash point.
 */
export interface PlannedKill {
  /** Time from the last start of the process. */
  readonly afterMs: number
  readonly at: CrashOrder | 'once'
  /** Downtime before the restart. */
  readonly downMs: number
}

export interface PlannedCut {
  readonly service: ServiceName
  /** `cut` closes connections; `freeze` keeps them open and silent. */
  readonly how: 'cut' | 'freeze'
  /** Time from the start of the run. */
  readonly afterMs: number
  readonly lastsMs: number
}

/** The plan of a random run: every value that is drawn from its seed. */
export interface PlannedRun {
  readonly seed: number
  readonly wallets: number
  readonly payments: readonly PlannedPayment[]
  readonly processes: readonly { readonly role: Role; readonly kills: readonly PlannedKill[] }[]
  readonly cuts: readonly PlannedCut[]
}

const together: readonly Role[] = [{ kind: 'scanner' }, { kind: 'worker' }]
const twoWorkers: readonly Role[] = [...together, { kind: 'worker' }]
const apart: readonly Role[] = [
  { kind: 'scanner' },
  ...(['temporal', 'intake', 'relay', 'lanes'] as const).map(
    (only): Role => ({ kind: 'worker', only }),
  ),
]

/** Maps a part of a worker, or one method of the part, to the loops that use it. */
const loopsOf: Readonly<Record<string, readonly string[]>> = {
  publisher: ['relay'],
  outbox: ['relay'],
  runs: ['intake'],
  sweeps: ['temporal'],
  lanes: ['temporal', 'lanes'],
  'lanes.withLane': ['temporal'],
  broadcaster: ['temporal', 'lanes'],
}

/** Draws a random run of payments, processes, kills and cuts. Equal seeds give equal plans. */
export function drawRun(seed: number): PlannedRun {
  const draw = drawFrom(seed)
  const wallets = draw.between(1, 3)
  const payments = draw.times(draw.between(1, 6), () => ({
    afterMs: draw.between(0, 1_500),
    wallet: draw.below(wallets),
    asset: draw.oneOf<AssetSymbol>(['ETH', 'PLAIN', 'SILENT']),
  }))
  const roles = draw.oneOf([together, together, together, twoWorkers, apart])
  const deaths = draw.times(draw.between(1, 4), () => draw.below(roles.length))
  return {
    seed,
    wallets,
    payments,
    processes: roles.map((role, n) => ({
      role,
      kills: deaths.filter((one) => one === n).map(() => drawKill(draw, role)),
    })),
    cuts: draw.times(draw.oneOf([0, 0, 1, 2]), () => ({
      service: draw.oneOf(services),
      how: draw.oneOf(['cut', 'freeze'] as const),
      afterMs: draw.between(0, 5_000),
      lastsMs: draw.between(100, 3_000),
    })),
  }
}

function drawKill(draw: Draw, { kind, only }: Role): PlannedKill {
  const points = crashPoints.filter(
    ({ process, part, method }) =>
      process === kind &&
      (only === undefined || (loopsOf[`${part}.${method}`] ?? loopsOf[part])?.includes(only)),
  )
  const delayMs = draw.between(0, 20)
  const nth = draw.oneOf([1, 1, 1, 2, 3])
  return {
    afterMs: draw.between(0, 3_000),
    at: draw.chance(0.7) ? { point: draw.oneOf(points).name, nth, delayMs } : 'once',
    downMs: draw.between(0, 1_000),
  }
}
