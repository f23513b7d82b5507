import { client, signedIn } from '../queries.ts'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'
import { rememberWay, type StepProps } from './begun.ts'
import { CodeEntry } from './code-entry.tsx'

export function CodeStep({ begun, start, goTo, secondStep, done }: StepProps) {
  const { t } = useTexts()
  const email = begun.identifier
  return (
    <CodeEntry
      email={email}
      verify={(code) => client.signInWithCode({ email, code, language: currentLanguage() })}
      secondStep={(token) => secondStep(token, 'code')}
      done={async ({ account }) => {
        await signedIn(account)
        rememberWay('code')
        done()
      }}
      changeAddress={() => goTo(undefined, { ...begun, codeSent: false })}
      ways={
        start.passwordSignIn && (
          <button
            type="button"
            className="link"
            onClick={() => goTo('password', { ...begun, codeSent: false, way: 'password' })}
          >
            {t('signIn.withPassword')}
          </button>
        )
      }
    />
  )
}
