import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'

type History = Parameters<typeof historyToJSON>[0]

const folder = fileURLToPath(new URL('../../replay/histories/', import.meta.url))

/**
 * If RECORD_HISTORIES is set, stores a workflow's history in test/replay/histories. The folder has
 * one history for each path through a workflow and each version.
 */
export function recordHistory(name: string, history: History): void {
  if (!process.env['RECORD_HISTORIES']) return
  mkdirSync(folder, { recursive: true })
  const json = JSON.parse(historyToJSON(history)) as unknown
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(json, undefined, 1)}\n`)
}
