/** Folders and files whose language is converted. Add yours once `check.ts` finds nothing in it. */
export const convertedRooms: readonly string[] = [
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'README.md',
  'docs/decisions',
  'docs/architecture.md',
  'docs/cli.md',
  'docs/configuration.md',
  'docs/demo.md',
  'docs/events.md',
  'docs/fields.md',
  'docs/from-a-task-queue-collector.md',
  'docs/glossary.md',
  'docs/limits.md',
  'docs/money.md',
  'docs/operating.md',
  'docs/runbook.md',
]
