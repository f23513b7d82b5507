import { useMutation, useQuery } from '@tanstack/react-query'
import type { PushDevice } from '../../client/index.ts'
import { toast, toastFailure } from '../frame/toast.tsx'
import { Icon } from '../look/icons.tsx'
import { client, devicesQuery, queryClient } from '../queries.ts'
import type { TextKey } from '../texts/language.ts'
import { useProblemWords } from '../texts/problem-words.ts'
import { useTexts } from '../texts/use-texts.ts'
import { When } from '../texts/when.tsx'
import classes from './account.module.css'
import { Section } from './section.tsx'

/** Not there for those whose apps send nothing: they would read of what they never have. */
export function PushDevicesSection() {
  const { t } = useTexts()
  const { data: devices = [] } = useQuery(devicesQuery)
  if (devices.length === 0) return null
  return (
    <Section title={t('account.devices')} text={t('account.devicesText')}>
      <ul>
        {devices.map((device) => (
          <DeviceRow key={device.id} device={device} />
        ))}
      </ul>
    </Section>
  )
}

function DeviceRow({ device }: { device: PushDevice }) {
  const { t } = useTexts()
  const words = useProblemWords()
  const name = t(platformWords(device.platform))
  const remove = useMutation({
    mutationFn: () => client.removeDevice(device.id),
    onSuccess(outcome) {
      // Removed meanwhile from elsewhere is as good.
      if (!outcome.ok && outcome.problem.code !== 'not_found') return toastFailure(t, words(outcome.problem))
      toast(t, t('account.deviceRemoved', { device: name }))
      queryClient.setQueryData(devicesQuery.queryKey, (shown) => shown?.filter(({ id }) => id !== device.id))
    },
  })
  return (
    <li className={classes.session}>
      <Icon name={device.platform === 'web' ? 'computer' : 'phone'} />
      <div>
        <div className={classes.line}>
          <strong>{name}</strong>
        </div>
        <p>
          <When at={device.createdAt} text="account.deviceSince" />
        </p>
      </div>
      <button
        type="button"
        className="link"
        aria-label={t('account.removeDeviceOf', { device: name })}
        onClick={() => remove.isPending || remove.mutate()}
      >
        {t('account.removeDevice')}
      </button>
    </li>
  )
}

function platformWords(platform: string): TextKey {
  if (platform === 'ios') return 'device.ios'
  if (platform === 'android') return 'device.android'
  return platform === 'web' ? 'device.web' : 'device.unknown'
}
