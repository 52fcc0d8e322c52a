import type { Call } from './crashing.ts'

export type Asset = 'native' | 'token'
/** Step of a transaction. */
export type Step = 'gas' | 'sweep' | 'drain'

/**
 * A point at which a process can be killed: around the n-th call of a part's method for which
 * `when` returns true.
 */
export interface CrashPoint {
  readonly name: string
  readonly process: 'scanner' | 'worker'
  /** Name of the part in `wrap` of scanner/main-parts.ts and workers/main-parts.ts. */
  readonly part: string
  readonly method: string
  /**
   * `before` the call; `during` the call, whose result is unknown; `inside`: after the caller's
   * function has run and before the commit; `after` the call, before the caller gets the result.
   */
  readonly where: 'before' | 'during' | 'inside' | 'after'
  /** Whether a call matches. `before` and `during` a call, `answer` is undefined. @default all */
  readonly when?: (call: Call) => boolean
  /** Assets whose deposits pass this point. @default both */
  readonly assets?: readonly Asset[]
  /**
   * Whether the case needs a chain whose blocks become final slowly, so that the step is retried
   * while its transaction is still live (MONEY 2).
   */
  readonly slowlyFinal?: boolean
}

const both: readonly Asset[] = ['native', 'token']
const tokenOnly: readonly Asset[] = ['token']

type Place = Pick<CrashPoint, 'process' | 'part' | 'method'> & Partial<CrashPoint>

/** Returns the crash points around one method. `names` has the name of each point. */
function around(
  place: Place,
  names: Partial<Record<CrashPoint['where'], string>>,
): readonly CrashPoint[] {
  return Object.entries(names).map(([where, name]) => ({
    ...place,
    name,
    where: where as CrashPoint['where'],
  }))
}

const scanner = (part: string, method: string, more: Partial<CrashPoint> = {}): Place => ({
  process: 'scanner',
  part,
  method,
  ...more,
})
const worker = (part: string, method: string, more: Partial<CrashPoint> = {}): Place => ({
  process: 'worker',
  part,
  method,
  ...more,
})

const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : 0)
const findsOf = ({ args }: Call) => args[2] as { deposits?: unknown; keeperTransactions?: unknown }
const isKind = (kind: string) => (call: Call) => call.args[0] === kind
// `inside` the call, the answer is the list of published rows; `after` the call, their number.
const drained = (kind: string) => (call: Call) =>
  isKind(kind)(call) && (lengthOf(call.answer) > 0 || Number(call.answer) > 0)
const signedNow = ({ answer }: Call) => (answer as { isNew?: boolean } | undefined)?.isNew === true
const state = (wanted: string) => (call: Call) =>
  (call.args[0] as { state?: string }).state === wanted

const inTheScanner: readonly CrashPoint[] = [
  ...around(
    scanner('store', 'storeFinds', { when: (call) => lengthOf(findsOf(call).deposits) > 0 }),
    {
      before: 'a deposit was read, nothing is stored',
      during: 'the deposit’s commit is under way',
      after: 'the deposit is detected',
    },
  ),
  ...around(scanner('store', 'confirm', { when: (call) => call.confirmsADeposit() }), {
    before: 'the deposit is final, nothing is stored',
    during: 'the confirming commit is under way',
    after: 'the deposit is confirmed and owed to the bus',
  }),
  ...around(
    scanner('store', 'storeFinds', {
      assets: tokenOnly,
      when: ({ answer }) =>
        lengthOf((answer as { gasSignals?: unknown } | undefined)?.gasSignals) > 0,
    }),
    { after: 'the gas was seen in a block, no hint is given' },
  ),
  ...around(scanner('gasSignals', 'put', { assets: tokenOnly }), {
    before: 'before the gas signal’s key in Redis',
    after: 'after the gas signal’s key in Redis',
  }),
  ...around(
    scanner('runs', 'wake', {
      assets: tokenOnly,
      when: ({ args }) => (args[1] as { kind: string }).kind === 'gasMined',
    }),
    { before: 'before the gas signal to the run', after: 'after the gas signal to the run' },
  ),
]

const inTheRelay: readonly CrashPoint[] = [
  ...around(worker('publisher', 'publishWork'), {
    before: 'before the publish',
    during: 'published, not confirmed',
    after: 'one publish is confirmed',
  }),
  ...around(worker('outbox', 'drain', { when: drained('work') }), {
    inside: 'confirmed, the outbox row is still there',
    after: 'the outbox row is deleted',
  }),
  ...around(worker('outbox', 'drain', { when: drained('event') }), {
    inside: 'an event is confirmed, its outbox row is still there',
  }),
]

const inTheIntake: readonly CrashPoint[] = around(worker('runs', 'start'), {
  before: 'before the workflow’s start',
  during: 'the workflow’s start is under way',
  after: 'the workflow is started, the message not acked',
})

const inThePlan: readonly CrashPoint[] = [
  ...around(worker('sweeps', 'claim'), { after: 'the sweep is claimed' }),
  ...around(worker('sweeps', 'savePlan'), { after: 'the plan is saved' }),
]

/** Returns the crash points from a step's intent until its transaction is final. */
function ofStep(step: Step): readonly CrashPoint[] {
  const assets = step === 'gas' ? tokenOnly : both
  const here = (call: Call) => call.step() === step
  const its = { assets, when: here, slowlyFinal: step === 'gas' }
  return [
    ...around(worker('lanes', 'withLane', { ...its, when: (c) => here(c) && signedNow(c) }), {
      inside: `${step}: signed, the intent not committed`,
      after: `${step}: the intent is committed`,
    }),
    ...around(worker('broadcaster', 'send', its), {
      before: `${step}: before the broadcast`,
      during: `${step}: the broadcast is under way`,
      after: `${step}: the node took it and we do not know`,
    }),
    ...around(worker('lanes', 'noteSend', its), {
      after: `${step}: the broadcast is marked`,
    }),
    ...around(worker('lanes', 'recordMined', its), {
      before: `${step}: before the receipt is noted`,
      after: `${step}: the receipt is noted`,
    }),
    ...around(worker('lanes', 'end', its), {
      before: `${step}: before its end is noted`,
      after: `${step}: its end is noted`,
    }),
  ]
}

const inTheRecord: readonly CrashPoint[] = [
  ...around(worker('sweeps', 'setState', { when: state('confirming-sweep') }), {
    after: 'the sweep is signed and its state reported',
  }),
  ...around(worker('sweeps', 'saveOutcome'), {
    before: 'before the outcome is saved',
    after: 'the outcome is saved',
  }),
  ...around(worker('sweeps', 'close'), {
    before: 'before the record',
    during: 'the record is under way',
    after: 'the sweep is recorded',
  }),
]

/** Crash points of the drain of a retired keeper, in the order in which the drain passes them. */
export const drainCrashPoints: readonly CrashPoint[] = ofStep('drain')

/** All crash points, in the order in which a deposit passes them. */
export const crashPoints: readonly CrashPoint[] = [
  ...inTheScanner,
  ...inTheRelay,
  ...inTheIntake,
  ...inThePlan,
  ...ofStep('gas'),
  ...ofStep('sweep'),
  ...inTheRecord,
]

export function crashPointNamed(name: string): CrashPoint {
  const found = [...crashPoints, ...drainCrashPoints].find((point) => point.name === name)
  if (!found) throw new Error(`no crash point is called "${name}"`)
  return found
}

/** The matrix: every point with each kind of deposit that passes it. */
export const crashCases: readonly { readonly point: CrashPoint; readonly asset: Asset }[] =
  crashPoints.flatMap((point) => (point.assets ?? both).map((asset) => ({ point, asset })))
