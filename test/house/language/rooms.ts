/** Folders and files whose language is converted. Add yours once `check.ts` finds nothing in it. */
export const convertedRooms: readonly string[] = []
