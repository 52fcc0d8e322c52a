import type { CrashPoint } from './crash-points.ts'

/** Around the commit that stores a row of an unread transaction. */
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
