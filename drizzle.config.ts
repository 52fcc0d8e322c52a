import { defineConfig } from 'drizzle-kit'

/** Configuration of drizzle-kit, which writes the SQL migrations from the schema. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './drizzle/schema.ts',
  out: './drizzle/migrations',
})
