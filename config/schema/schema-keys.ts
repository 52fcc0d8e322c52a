import { z } from 'zod'

/**
 * The keys that a schema takes at a path into its value, for "did you mean". Empty where no map is
 * expected.
 */
export function schemaKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const bare = unwrap(schema)
  const [step, ...rest] = path
  if (step === undefined) return bare instanceof z.ZodObject ? Object.keys(bare.shape) : []
  const inner =
    bare instanceof z.ZodObject
      ? bare.shape[String(step)]
      : bare instanceof z.ZodArray
        ? bare.element
        : undefined
  return inner instanceof z.ZodType ? schemaKeys(inner, rest) : []
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    const inner = schema.unwrap()
    return inner instanceof z.ZodType ? unwrap(inner) : schema
  }
  return schema
}
