import { scheduledActivities } from './options.ts'

/** One round of adopting deposits without a run, started by its schedule. Returns how many. */
export async function adopt(): Promise<number> {
  return await scheduledActivities().adoptDeposits()
}
