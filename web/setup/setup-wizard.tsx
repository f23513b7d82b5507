import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import {
  type Account,
  type Outcome,
  type Place,
  PROBLEM_CODES,
  type Problem,
  type Start,
} from '../../client/index.ts'
import { Form } from '../forms/form.tsx'
import classes from '../forms/forms.module.css'
import { OpeningHours, readHours } from '../forms/opening-hours.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { client, signedIn } from '../queries.ts'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import { PERSON_BLAME, PersonFields, personFields, toPerson } from './person-fields.tsx'
import { PlaceFields } from './place-fields.tsx'
import { SETUP_STEPS, type SetupStep, StepList } from './step-list.tsx'

const route = getRouteApi('/card/setup')

const STEP_OF = {
  setupCode: 'person',
  name: 'person',
  email: 'person',
  password: 'person',
  placeName: 'place',
  placeEmail: 'place',
  placePhone: 'place',
  placeAddress: 'place',
  openingHours: 'hours',
} as const satisfies Record<string, SetupStep>

type Values = Record<keyof typeof STEP_OF, string>
type Answer = Outcome<{ account: Account } | { goOnTo: SetupStep }>

/**
 * Set-up of a realm that belongs to a place, in three steps and one request at their end. All steps stand in
 * one form, of which one is shown, so that what was typed stays; which one, stands in the address, so Back works.
 */
export function SetupWizard({ start }: { start: Start }) {
  const { t } = useTexts()
  const navigate = route.useNavigate()
  const { step: asked = 'person' } = route.useSearch()
  // Who comes by an address, or loads the page anew, has typed nothing yet.
  const [reached, setReached] = useState<SetupStep>('person')
  const step = SETUP_STEPS[Math.min(SETUP_STEPS.indexOf(asked), SETUP_STEPS.indexOf(reached))] ?? 'person'
  const [hoursProblem, setHoursProblem] = useState<Problem | null>(null)
  const { setupCodeDue: codeDue, title: place } = start

  const goTo = (to: SetupStep) => navigate({ search: to === 'person' ? {} : { step: to } })

  const submit = useSubmit({
    fields: {
      ...personFields(codeDue),
      placeName: step === 'person' ? 'optional' : 'required',
      placeEmail: 'optional',
      placePhone: 'optional',
      placeAddress: 'optional',
      openingHours: 'optional',
    },
    blame: { ...PERSON_BLAME, opening_hours_not_valid: 'openingHours' },
    reveal: async (name) => {
      if (STEP_OF[name] !== step) await goTo(STEP_OF[name])
    },
    async send(values): Promise<Answer> {
      if (step === 'person') return (await refusedPassword(values)) ?? goOn('place')
      if (step === 'place') return goOn('hours')
      const language = currentLanguage()
      const outcome = await client.setUp({ ...toPerson(values), language, place: toPlace(values) })
      setHoursProblem(outcome.ok ? null : outcome.problem)
      return outcome
    },
    async done(answer) {
      if ('goOnTo' in answer) {
        setReached((before) => (before === 'hours' ? before : answer.goOnTo))
        await goTo(answer.goOnTo)
        return
      }
      await signedIn(answer.account)
      await navigate({ to: '/' })
    },
  })

  const parts = useRef<Partial<Record<SetupStep, HTMLDivElement | null>>>({})
  const shown = useRef(step)
  useEffect(() => {
    if (shown.current === step) return
    shown.current = step
    parts.current[step]?.querySelector<HTMLElement>('input:not([type=hidden])')?.focus()
  }, [step])

  const part = (of: SetupStep) => ({
    className: classes.part,
    hidden: step !== of,
    ref: (element: HTMLDivElement | null) => {
      parts.current[of] = element
    },
  })
  const before = SETUP_STEPS[SETUP_STEPS.indexOf(step) - 1]
  const words = {
    person: { title: t('setup.titleOf', { place }), text: t('setup.textOf', { place }) },
    place: { title: t('setup.place'), text: t('setup.placeText') },
    hours: { title: t('setup.hours'), text: t('setup.hoursText') },
  }
  return (
    <Card {...words[step]}>
      <StepList step={step} />
      <Form submit={submit}>
        <div {...part('person')}>
          <PersonFields codeDue={codeDue} errorOf={submit.errorOf} />
        </div>
        <div {...part('place')}>
          <PlaceFields errorOf={submit.errorOf} />
        </div>
        <div {...part('hours')}>
          <OpeningHours name="openingHours" problem={hoursProblem} />
        </div>
        <SubmitButton busy={submit.busy}>
          {step === 'hours' ? t('setup.submit') : t('signIn.continue')}
        </SubmitButton>
        {before !== undefined && (
          <button type="button" className="link" onClick={() => goTo(before)}>
            {t('setup.back')}
          </button>
        )}
      </Form>
    </Card>
  )
}

function goOn(goOnTo: SetupStep): Answer {
  return { ok: true, value: { goOnTo } }
}

/** Set-up judges the password two steps later: so it is judged before. If it cannot be, nothing is lost. */
async function refusedPassword({ password, name, email }: Values): Promise<Answer | null> {
  const hints = [name, email].filter((hint) => hint.trim() !== '')
  const rated = await client.rateStrength({ password, hints })
  const code = PROBLEM_CODES.find((known) => rated.ok && known === rated.value.problem)
  return code === undefined ? null : { ok: false, problem: { code, title: '', status: 422 } }
}

function toPlace({ placeName, placeEmail, placePhone, placeAddress, openingHours }: Values): Place {
  return {
    name: placeName.trim(),
    email: placeEmail.trim() || null,
    phone: placePhone.trim() || null,
    address: placeAddress.trim() || null,
    openingHours: readHours(openingHours),
  }
}
