import { type MantineColorScheme, NativeSelect, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import type { Account } from '../../client/index.ts'
import { toast, toastFailure } from '../frame/toast.tsx'
import { accountQuery, client, queryClient } from '../queries.ts'
import { chooseLanguage, isLanguage, LANGUAGES, type Language } from '../texts/language.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './account.module.css'
import { Section } from './section.tsx'

export function LookSection({ account }: { account: Account }) {
  const { t } = useTexts()
  return (
    <Section title={t('account.look')} text={t('account.lookText')}>
      <div className={classes.look}>
        <LanguageChoice account={account} />
        <ThemeChoice />
      </div>
    </Section>
  )
}

function LanguageChoice({ account }: { account: Account }) {
  const { t, language } = useTexts()
  const words = useProblemWords()

  /** Shows at once; if the server refuses, it is as it was. */
  async function change(to: Language, from: Language): Promise<boolean> {
    await chooseLanguage(to)
    const outcome = await client.changeAccount({ language: to })
    if (!outcome.ok) {
      await chooseLanguage(from)
      toastFailure(t, words(outcome.problem))
      return false
    }
    queryClient.setQueryData(accountQuery.queryKey, outcome.value.account)
    return true
  }

  const shown = isLanguage(account.language) ? account.language : language
  return (
    <NativeSelect
      label={t('language.label')}
      value={isLanguage(shown) ? shown : 'en'}
      data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
      onChange={async ({ currentTarget: { value } }) => {
        if (!isLanguage(value) || !isLanguage(shown)) return
        if (await change(value, shown)) {
          toast(t, t('account.languageChanged'), () => change(shown, value))
        }
      }}
    />
  )
}

function ThemeChoice() {
  const { t } = useTexts()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const choices = [
    { value: 'auto', label: t('theme.auto') },
    { value: 'light', label: t('theme.light') },
    { value: 'dark', label: t('theme.dark') },
  ]
  return (
    <fieldset>
      <legend>{t('theme.label')}</legend>
      <SegmentedControl
        fullWidth
        aria-label={t('theme.label')}
        data={choices}
        value={colorScheme}
        onChange={(value) => setColorScheme(value as MantineColorScheme)}
      />
    </fieldset>
  )
}
