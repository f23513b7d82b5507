import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { chooseLanguage, LANGUAGES, type Language } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './card.module.css'

export function LanguageLinks() {
  const { t, language } = useTexts()
  return (
    <fieldset
      className={classes.choices}
      style={{ border: 0, margin: 0, padding: 0 }}
      aria-label={t('language.label')}
    >
      {(Object.keys(LANGUAGES) as Language[]).map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          className={`link ${classes.choice}`}
          aria-current={each === language || undefined}
          onClick={() => chooseLanguage(each)}
        >
          {LANGUAGES[each]}
        </button>
      ))}
    </fieldset>
  )
}

export function ThemeLink() {
  const { t } = useTexts()
  const { setColorScheme } = useMantineColorScheme()
  const other = useComputedColorScheme('light') === 'light' ? 'dark' : 'light'
  return (
    <button type="button" className={`link ${classes.choice}`} onClick={() => setColorScheme(other)}>
      {other === 'dark' ? t('theme.toDark') : t('theme.toLight')}
    </button>
  )
}
