/** What the worker's bundle is made of: workflow types only. */
export { adopt } from './adopt.ts'
export { keeperWatch } from './keeper-watch.ts'
export { nativeSweep } from './native-sweep.ts'
export { reconcile } from './reconcile.ts'
export { tokenSweep } from './token-sweep.ts'
