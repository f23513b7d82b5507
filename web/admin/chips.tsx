import classes from './list.module.css'

/** A filter of which one value holds or none: a chip that holds is taken off by pressing it again. */
export function Chips<Value extends string>({
  label,
  values,
  chosen,
  choose,
}: {
  label: string
  values: { value: Value; label: string }[]
  chosen: Value | undefined
  choose: (value: Value | undefined) => void
}) {
  return (
    <fieldset className={classes.chips} aria-label={label}>
      {values.map(({ value, label: words }) => (
        <button
          key={value}
          type="button"
          className={classes.chip}
          aria-pressed={value === chosen}
          onClick={() => choose(value === chosen ? undefined : value)}
        >
          {words}
        </button>
      ))}
    </fieldset>
  )
}
