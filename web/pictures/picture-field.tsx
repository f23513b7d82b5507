import { Progress } from '@mantine/core'
import { lazy, Suspense, useCallback, useEffect, useId, useRef, useState } from 'react'
import type { Account, Problem } from '../../client/index.ts'
import { ProblemNote } from '../frame/problem-note.tsx'
import { toast } from '../frame/toast.tsx'
import { accountQuery, client, queryClient } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Avatar } from './avatar.tsx'
import { pictureSource } from './person.ts'
import classes from './pictures.module.css'
import { type PictureKind, sendPicture } from './send-picture.ts'

/** Loaded when a picture was chosen: most visits to the page need none of it. */
const CropDialog = lazy(() => import('./crop-dialog.tsx'))
const UNREADABLE: Problem = { code: 'picture_not_supported', title: '', status: 415 }
const KINDS = 'image/jpeg,image/png,image/gif,image/webp,image/avif'

const WORDS = {
  picture: { title: 'picture.picture', set: 'picture.saved', removed: 'picture.removed' },
  banner: { title: 'picture.banner', set: 'picture.bannerSaved', removed: 'picture.bannerRemoved' },
} as const

/** One picture of an account: chosen, dropped or pasted; cut, sent, shown and removed. */
export function PictureField({ account, kind }: { account: Account; kind: PictureKind }) {
  const { t } = useTexts()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const choose = useRef<HTMLButtonElement>(null)
  const [file, setFile] = useState<Blob | null>(null)
  const [isOver, setOver] = useState(false)
  const [share, setShare] = useState<number | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const words = WORDS[kind]

  const take = useCallback((data: DataTransfer | null): boolean => {
    const found = [...(data?.files ?? [])].find(({ type }) => type.startsWith('image/'))
    if (!found) return false
    setProblem(null)
    setFile(found)
    return true
  }, [])
  usePaste(kind === 'picture' ? take : undefined)
  const unreadable = useCallback(() => {
    setFile(null)
    setProblem(UNREADABLE)
  }, [])

  async function send(picture: Blob) {
    setShare(0)
    const outcome = await sendPicture(kind, picture, setShare)
    setShare(null)
    if (!outcome.ok) return setProblem(outcome.problem)
    show(outcome.value.account, t(words.set))
  }
  async function remove() {
    setProblem(null)
    const outcome = await (kind === 'picture' ? client.removePicture() : client.removeBanner())
    if (!outcome.ok) return setProblem(outcome.problem)
    show(outcome.value.account, t(words.removed))
    choose.current?.focus()
  }
  function show(changed: Account, said: string) {
    queryClient.setQueryData(accountQuery.queryKey, changed)
    toast(t, said)
  }

  return (
    <fieldset
      className={classes.field}
      data-kind={kind}
      data-over={isOver || undefined}
      aria-labelledby={id}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        if (!take(event.dataTransfer)) unreadable()
      }}
    >
      {kind === 'picture' ? <Avatar person={account} size={96} /> : <Banner account={account} />}
      <div className={classes.about}>
        <strong id={id}>{t(words.title)}</strong>
        <p className="dimmed">{t(kind === 'picture' ? 'picture.help' : 'picture.bannerHelp')}</p>
        <div className={classes.actions}>
          <button ref={choose} type="button" className="link" onClick={() => input.current?.click()}>
            {t(account[kind] === null ? 'picture.choose' : 'picture.change')}
          </button>
          {account[kind] !== null && (
            <button type="button" className="link" onClick={remove}>
              {t('picture.remove')}
            </button>
          )}
        </div>
        <input
          ref={input}
          className={classes.input}
          type="file"
          accept={KINDS}
          tabIndex={-1}
          aria-hidden="true"
          onChange={({ currentTarget }) => {
            setProblem(null)
            setFile(currentTarget.files?.[0] ?? null)
            // So that the same file can be chosen again.
            currentTarget.value = ''
          }}
        />
        {share !== null && <Progress value={share * 100} aria-label={t('picture.sending')} />}
        {problem && <ProblemNote problem={problem} />}
      </div>
      {file && (
        <Suspense>
          <CropDialog
            kind={kind}
            file={file}
            chosen={(picture) => void send(picture)}
            unreadable={unreadable}
            closed={() => setFile(null)}
          />
        </Suspense>
      )}
    </fieldset>
  )
}

function Banner({ account: { banner } }: { account: Account }) {
  const { t } = useTexts()
  const source = pictureSource(banner)
  return (
    <div className={classes.banner}>
      {source === null ? (
        <span>{t('picture.noBanner')}</span>
      ) : (
        <img src={source} alt={t('picture.banner')} />
      )}
    </div>
  )
}

/** A picture that is pasted anywhere on the page. */
function usePaste(take: ((data: DataTransfer | null) => boolean) | undefined) {
  useEffect(() => {
    if (!take) return
    const onPaste = (event: ClipboardEvent) => {
      if (take(event.clipboardData)) event.preventDefault()
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [take])
}
