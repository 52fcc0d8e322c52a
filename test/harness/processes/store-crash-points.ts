import type { CrashPoint } from './crash-points.ts'

/** Crash points of the scanner around the commit that stores a row of an unread transaction. */
export const unreadCrashPoints: readonly CrashPoint[] = (
  ['before', 'during', 'after'] as const
).map((where) => ({
  name: `${where} the commit of an unread row`,
  process: 'scanner',
  part: 'store',
  method: 'storeFinds',
  where,
  when: ({ args }) => (args[2] as { unread: readonly unknown[] }).unread.length > 0,
}))

/** Crash points of the scanner around the commit that stores the backing of credits (MONEY 24). */
export const backingCrashPoints: readonly CrashPoint[] = (
  ['before', 'during', 'after'] as const
).map((where) => ({
  name: `${where} the commit of a judged credit`,
  process: 'scanner',
  part: 'store',
  method: 'noteBacking',
  where,
  when: ({ args }) => (args[0] as readonly unknown[]).length > 0,
}))
