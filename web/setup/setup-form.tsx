import { useNavigate } from '@tanstack/react-router'
import type { Start } from '../../client/index.ts'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { here } from '../here.ts'
import { client, signedIn } from '../queries.ts'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import { PERSON_BLAME, PersonFields, personFields, toPerson } from './person-fields.tsx'

export function SetupForm({ start }: { start: Start }) {
  const { t } = useTexts()
  const navigate = useNavigate()
  const { setupCodeDue: codeDue, title: place } = start
  const submit = useSubmit({
    fields: personFields(codeDue),
    blame: PERSON_BLAME,
    send: (values) => client.setUp({ ...toPerson(values), language: currentLanguage() }),
    done: async ({ account }) => {
      await signedIn(account)
      await navigate({ to: '/' })
    },
  })
  return (
    <Card
      title={here.isMain ? t('setup.title') : t('setup.titleOf', { place })}
      text={here.isMain ? t('setup.text') : t('setup.textOf', { place })}
    >
      <Form submit={submit}>
        <PersonFields codeDue={codeDue} errorOf={submit.errorOf} />
        <SubmitButton busy={submit.busy}>{t('setup.submit')}</SubmitButton>
      </Form>
    </Card>
  )
}
