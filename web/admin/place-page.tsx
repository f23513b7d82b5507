import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Place, Problem } from '../../client/index.ts'
import { Form } from '../forms/form.tsx'
import { OpeningHours, readHours } from '../forms/opening-hours.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { PageTitle } from '../frame/page-title.tsx'
import { toast, toastFailure } from '../frame/toast.tsx'
import { client, ProblemError, queryClient } from '../queries.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Empty } from './empty.tsx'
import classes from './list.module.css'
import { LoadProblem } from './load-problem.tsx'
import { placeQuery } from './queries.ts'
import { RowsWaiting } from './rows-waiting.tsx'

const route = getRouteApi('/admin/place')

/** What the realm's place tells of itself. */
export function PlacePage() {
  const { t } = useTexts()
  const { realm } = route.useSearch()
  const { data: place, error, refetch } = useQuery({ ...placeQuery(realm), refetchOnWindowFocus: false })
  const hasNone = error instanceof ProblemError && error.problem.code === 'not_found'
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <PageTitle title={t('admin.place')} />
      </header>
      {hasNone && <Empty icon="place" title={t('admin.noPlace')} text={t('admin.noPlaceText')} />}
      {error && !hasNone && <LoadProblem error={error} retry={refetch} />}
      {place === undefined && !error && <RowsWaiting />}
      {place !== undefined && (
        <>
          <p className={classes.text}>{t('admin.placeText')}</p>
          <div className={classes.place}>
            <PlaceForm key={realm} realm={realm} place={place} />
          </div>
        </>
      )}
    </div>
  )
}

function PlaceForm({ realm, place }: { realm: string | undefined; place: Place | null }) {
  const { t } = useTexts()
  const words = useProblemWords()
  // What the fields began with. They are drawn anew only by "Undo": a save leaves the focus where it is.
  const [begun, setBegun] = useState({ place, drawing: 0 })
  const [hoursProblem, setHoursProblem] = useState<Problem | null>(null)

  const submit = useSubmit({
    fields: {
      name: 'required',
      email: 'optional',
      phone: 'optional',
      address: 'optional',
      openingHours: 'optional',
    },
    // Their row says more than any words under the form could.
    blame: { opening_hours_not_valid: 'openingHours' },
    async send({ openingHours, name, ...contact }) {
      const filled = {
        name: name.trim(),
        email: contact.email.trim() || null,
        phone: contact.phone.trim() || null,
        address: contact.address.trim() || null,
      }
      const outcome = await client.changePlace(
        { realm },
        { ...filled, openingHours: readHours(openingHours) },
      )
      setHoursProblem(outcome.ok ? null : outcome.problem)
      return outcome
    },
    done({ place: changed }) {
      queryClient.setQueryData(placeQuery(realm).queryKey, changed)
      toast(t, t('admin.placeSaved'), place === null ? undefined : () => restore(place))
    },
  })

  async function restore(before: Place): Promise<boolean> {
    const outcome = await client.changePlace({ realm }, before)
    if (!outcome.ok) {
      toastFailure(t, words(outcome.problem))
      return false
    }
    queryClient.setQueryData(placeQuery(realm).queryKey, outcome.value.place)
    setHoursProblem(null)
    setBegun(({ drawing }) => ({ place: outcome.value.place, drawing: drawing + 1 }))
    return true
  }

  const { place: shown } = begun
  return (
    <Form key={begun.drawing} submit={submit}>
      <TextField
        kind="text"
        name="name"
        label={t('field.name')}
        defaultValue={shown?.name ?? ''}
        error={submit.errorOf('name')}
        maxLength={200}
        autoComplete="organization"
        enterKeyHint="next"
      />
      <TextField
        kind="email"
        name="email"
        label={t('field.email')}
        defaultValue={shown?.email ?? ''}
        error={submit.errorOf('email')}
        maxLength={254}
        enterKeyHint="next"
        optional
      />
      <TextField
        kind="text"
        name="phone"
        type="tel"
        inputMode="tel"
        autoComplete="tel"
        label={t('field.phone')}
        defaultValue={shown?.phone ?? ''}
        error={submit.errorOf('phone')}
        maxLength={50}
        enterKeyHint="next"
        optional
      />
      <TextField
        kind="text"
        name="address"
        autoComplete="off"
        label={t('field.address')}
        description={t('admin.addressHelp')}
        defaultValue={shown?.address ?? ''}
        error={submit.errorOf('address')}
        maxLength={300}
        enterKeyHint="done"
        optional
      />
      <OpeningHours name="openingHours" defaultValue={shown?.openingHours} problem={hoursProblem} />
      <div>
        <SubmitButton busy={submit.busy} wide={false}>
          {t('account.save')}
        </SubmitButton>
      </div>
    </Form>
  )
}
