import { TextField } from '../forms/text-field.tsx'
import { useTexts } from '../texts/use-texts.ts'

type PlaceField = 'placeName' | 'placeEmail' | 'placePhone' | 'placeAddress'

/** What guests of the place know it by. */
export function PlaceFields({ errorOf }: { errorOf: (name: PlaceField) => string | undefined }) {
  const { t } = useTexts()
  return (
    <>
      <TextField
        kind="text"
        name="placeName"
        label={t('field.placeName')}
        error={errorOf('placeName')}
        autoComplete="organization"
        autoCapitalize="words"
        enterKeyHint="next"
        maxLength={200}
      />
      <TextField
        kind="email"
        name="placeEmail"
        label={t('field.email')}
        error={errorOf('placeEmail')}
        autoComplete="off"
        enterKeyHint="next"
        maxLength={254}
        optional
      />
      <TextField
        kind="text"
        name="placePhone"
        label={t('field.phone')}
        error={errorOf('placePhone')}
        type="tel"
        inputMode="tel"
        autoComplete="off"
        enterKeyHint="next"
        maxLength={50}
        optional
      />
      <TextField
        kind="text"
        name="placeAddress"
        label={t('field.address')}
        error={errorOf('placeAddress')}
        autoComplete="street-address"
        enterKeyHint="next"
        maxLength={300}
        optional
      />
    </>
  )
}
