const width = 24

/**
 * Formats the progress of a long job in one line: bar, count, share, rate and the time left.
 * @param total may be an estimate; the bar is full when `done` exceeds it
 * @param perSecond 0 if the rate is not known yet; the line then has no rate and no time
 */
export function formatProgress(done: number, total: number, perSecond: number): string {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 1
  const full = Math.round(share * width)
  const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`
  const counts = `${bar} ${done}/${total} (${Math.floor(share * 100)} %)`
  if (perSecond <= 0) return counts
  const rate = perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1)
  return `${counts}, ${rate}/s, ${formatSeconds(Math.max(0, total - done) / perSecond)} left`
}

function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`
}
