// A lock between processes of one machine. Plain Node, because boot.mjs needs it before there is a
// node_modules.
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'

const sleep = promisify(setTimeout)
const OLDEST_MS = 20 * 60_000 // the pid of a dead owner may have been reused since

/** Runs `work` while holding the lock file; waits while a live process holds it. */
export async function withFileLock(path, work) {
  while (!take(path)) {
    if (isAbandoned(path)) remove(path)
    else await sleep(200)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

// The file is written completely and then linked, so that a lock always names its owner.
function take(path) {
  const own = `${path}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(own, { force: true })
  }
}

function isAbandoned(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > OLDEST_MS) return true
    process.kill(Number(readFileSync(path, 'utf8')), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

// Between our check and the removal, another process may have removed the old lock and taken it:
// restore the lock of that process.
function remove(path) {
  const aside = `${path}.${process.pid}.abandoned`
  try {
    renameSync(path, aside)
    if (!isAbandoned(aside)) linkSync(aside, path)
  } catch {
    // another process was quicker
  } finally {
    rmSync(aside, { force: true })
  }
}
