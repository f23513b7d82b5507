import { Skeleton } from '@mantine/core'
import { useLate } from '../forms/submit-button.tsx'
import classes from './list.module.css'

/** Rows that are still on their way, once they take longer than one notices. */
export function RowsWaiting() {
  if (!useLate(true)) return null
  return (
    <div className={classes.waiting} aria-hidden="true">
      {[62, 48, 55, 40, 66, 52].map((width) => (
        <Skeleton key={width} height={12} width={`${width}%`} />
      ))}
    </div>
  )
}
