/** Time as a port, so that leases, ages and time-outs are testable. */
export interface Clock {
  now(): Date
}
