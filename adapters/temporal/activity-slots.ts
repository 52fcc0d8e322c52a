import type { ActivitySlotInfo, CustomSlotSupplier, WorkerTuner } from '@temporalio/worker'
import { createWorkSlots, type Rest, type WorkSlots } from '../../runtime/work-slots.ts'

/** Activities that work at a time: a node accepts a few dozen concurrent requests. */
const atWork = 40
/** Activities that may rest at a time; the others are retried by the server instead. */
const mostResting = 5_000
const workflowTasks = 40

/** Slots for the activities of this process. A restarted Temporal worker opens new ones. */
export interface ActivitySlots {
  /** Slots of the next Temporal worker. Slots of the worker before stay with its activities. */
  open(): WorkSlots
  /** `rest` of the worker that runs now. An activity reads it when it starts. */
  rest(): Rest | undefined
}

export function createActivitySlots(limits = { atWork, mostResting }): ActivitySlots {
  let current: WorkSlots | undefined
  return {
    open() {
      current = createWorkSlots(limits.atWork, limits.mostResting)
      return current
    },
    rest: () => current?.rest,
  }
}

/**
 * Lets the SDK poll for activities only while a slot is free. An activity that rests has given its
 * slot back, so waiting activities never keep others from the worker.
 */
export function tunerOf(slots: WorkSlots): WorkerTuner {
  const supplier: CustomSlotSupplier<ActivitySlotInfo> = {
    type: 'custom',
    async reserveSlot(_, stop) {
      await slots.reserve(stop)
      return {}
    },
    tryReserveSlot: () => (slots.tryReserve() ? {} : null),
    markSlotUsed: () => slots.use(),
    releaseSlot: ({ slotInfo }) => slots.release(slotInfo ? 'task' : 'reservation'),
  }
  return {
    activityTaskSlotSupplier: supplier,
    localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: atWork },
    workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: workflowTasks },
    nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
  }
}
