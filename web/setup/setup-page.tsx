import { useQuery } from '@tanstack/react-query'
import { startQuery } from '../queries.ts'
import { SetupForm } from './setup-form.tsx'
import { SetupWizard } from './setup-wizard.tsx'

/** The first run: makes the account of whoever runs the server, or a realm of it. */
export function SetupPage() {
  const { data: start } = useQuery(startQuery)
  if (start === undefined) return null
  return start.placeDue ? <SetupWizard start={start} /> : <SetupForm start={start} />
}
