import { promises } from 'node:fs'
import type { TextFile } from '../../operations/exports/write-export.ts'
import { usageError } from './cli-error.ts'

/**
 * Opens a file next to the wanted one. Only `finish` gives it the wanted name, so a reader never
 * sees half of an export. An existing file is replaced then.
 */
export async function textFile(path: string): Promise<TextFile> {
  const partial = `${path}.partial`
  const file = await promises.open(partial, 'w').catch((error: Error) => {
    throw usageError(
      `--out: cannot write ${partial}: ${error.message}`,
      'name a file in an existing folder that this user may write',
    )
  })
  return {
    write: async (text) => void (await file.write(text)),
    async finish() {
      await file.sync()
      await file.close()
      await promises.rename(partial, path)
    },
    async discard() {
      await file.close().catch(() => {})
      await promises.rm(partial, { force: true })
    },
  }
}
