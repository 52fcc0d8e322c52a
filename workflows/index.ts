/** Workflow types of the worker's bundle. Temporal knows each workflow type by its export name. */
export { nativeSweep } from './native-sweep.ts'
export { adopt, keeperWatch, reconcile } from './schedules.ts'
export { tokenSweep } from './token-sweep.ts'
