import { useTexts } from '../texts/use-texts.ts'
import classes from './setup.module.css'

export const SETUP_STEPS = ['person', 'place', 'hours'] as const
export type SetupStep = (typeof SETUP_STEPS)[number]

/** Which steps there are, and where one is. */
export function StepList({ step }: { step: SetupStep }) {
  const { t } = useTexts()
  const names = { person: t('setup.you'), place: t('setup.place'), hours: t('hours.label') }
  return (
    <ol className={classes.steps} aria-label={t('setup.steps')}>
      {SETUP_STEPS.map((each) => (
        <li key={each} aria-current={each === step ? 'step' : undefined}>
          {names[each]}
        </li>
      ))}
    </ol>
  )
}
