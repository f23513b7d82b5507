import { Button } from '@mantine/core'
import { useEffect, useId, useRef, useState } from 'react'
import Cropper from 'react-easy-crop'
import 'react-easy-crop/react-easy-crop.css'
import { Dialog } from '../admin/dialog.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { type Cut, cutOut, readPicture } from './cut-out.ts'
import classes from './pictures.module.css'
import type { PictureKind } from './send-picture.ts'

const SHAPES = {
  picture: { aspect: 1, shape: 'round', widthMax: 1_024 },
  banner: { aspect: 3, shape: 'rect', widthMax: 2_400 },
} as const
const ZOOM_MAX = 4

/** Which piece of a picture is to be shown: by mouse, by touch, or with arrow keys and a slider. */
export default function CropDialog({
  kind,
  file,
  chosen,
  unreadable,
  closed,
}: {
  kind: PictureKind
  file: Blob
  chosen: (picture: Blob) => void
  unreadable: () => void
  closed: () => void
}) {
  const { t } = useTexts()
  const zoomId = useId()
  const { aspect, shape, widthMax } = SHAPES[kind]
  const [picture, setPicture] = useState<Awaited<ReturnType<typeof readPicture>> | null>(null)
  const [crop, setCrop] = useState({ x: 0, y: 0 })
  const [zoom, setZoom] = useState(1)
  const [cut, setCut] = useState<Cut | null>(null)
  useEffect(() => {
    let isOver = false
    let address: string | undefined
    readPicture(file).then(
      (read) => {
        address = read.address
        if (isOver) URL.revokeObjectURL(read.address)
        else setPicture(read)
      },
      () => !isOver && unreadable(),
    )
    return () => {
      isOver = true
      if (address !== undefined) URL.revokeObjectURL(address)
    }
  }, [file, unreadable])
  return (
    <Dialog title={t('picture.crop')} text={t('picture.cropText')} closed={closed}>
      {(close) => (
        <div className={classes.crop}>
          <div className={classes.stage}>
            {picture && (
              <Cropper
                image={picture.address}
                crop={crop}
                zoom={zoom}
                maxZoom={ZOOM_MAX}
                aspect={aspect}
                cropShape={shape}
                showGrid={false}
                keyboardStep={8}
                onCropChange={setCrop}
                onZoomChange={setZoom}
                onCropComplete={(_share, pixels) => setCut(pixels)}
                onCropAreaChange={(_share, pixels) => setCut(pixels)}
                cropperProps={{ role: 'application', 'aria-label': t('picture.area') }}
                disableAutomaticStylesInjection
              />
            )}
          </div>
          <div className={classes.zoom}>
            <label htmlFor={zoomId}>{t('picture.zoom')}</label>
            <input
              id={zoomId}
              type="range"
              min={1}
              max={ZOOM_MAX}
              step={0.05}
              value={zoom}
              onChange={({ currentTarget }) => setZoom(Number(currentTarget.value))}
            />
          </div>
          <div className={classes.below}>
            {picture && cut && <Preview image={picture.image} cut={cut} isRound={shape === 'round'} />}
            <Button
              disabled={!cut}
              onClick={async () => {
                if (!picture || !cut) return
                chosen(await cutOut(picture.image, cut, widthMax))
                close()
              }}
            >
              {t('picture.use')}
            </Button>
          </div>
          {/* Cut out it would be a single frame. */}
          {file.type === 'image/gif' && (
            <div>
              <button
                type="button"
                className="link"
                onClick={() => {
                  chosen(file)
                  close()
                }}
              >
                {t('picture.useWhole')}
              </button>
            </div>
          )}
        </div>
      )}
    </Dialog>
  )
}

const PREVIEW_HEIGHT = 64

function Preview({ image, cut, isRound }: { image: HTMLImageElement; cut: Cut; isRound: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = Math.round((PREVIEW_HEIGHT * cut.width) / cut.height)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    context.imageSmoothingQuality = 'high'
    context.clearRect(0, 0, width * 2, PREVIEW_HEIGHT * 2)
    context.drawImage(image, cut.x, cut.y, cut.width, cut.height, 0, 0, width * 2, PREVIEW_HEIGHT * 2)
  }, [image, cut, width])
  return (
    <span aria-hidden="true">
      <canvas
        ref={canvas}
        className={classes.preview}
        data-round={isRound || undefined}
        width={width * 2}
        height={PREVIEW_HEIGHT * 2}
      />
    </span>
  )
}
