export interface Cut {
  x: number
  y: number
  width: number
  height: number
}

/** Reads a picture as this browser can, turned as its camera says. @throws if it is none that it knows. */
export async function readPicture(file: Blob): Promise<{ address: string; image: HTMLImageElement }> {
  const address = URL.createObjectURL(file)
  const image = new Image()
  image.src = address
  try {
    await image.decode()
  } catch (error) {
    URL.revokeObjectURL(address)
    throw error
  }
  return { address, image }
}

/** Cuts a piece out, and makes it no wider than is ever shown. */
export function cutOut(
  image: HTMLImageElement,
  { x, y, width, height }: Cut,
  widthMax: number,
): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(Math.min(width, widthMax)))
  canvas.height = Math.max(1, Math.round((canvas.width * height) / width))
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser has no canvas.')
  context.imageSmoothingQuality = 'high'
  context.drawImage(image, x, y, width, height, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) =>
      blob ? resolve(blob) : reject(new Error('The canvas gave no picture.'))
    // Nearly without loss: the server compresses it once more. Browsers that cannot write WebP give a PNG.
    canvas.toBlob(done, 'image/webp', 0.95)
  })
}
