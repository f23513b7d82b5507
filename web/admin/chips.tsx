import classes from './list.module.css'

/** A filter of which one value holds or none: a chip that holds is taken off by pressing it again. */
export function Chips<Value extends string>({
  label,
  values,
  chosen,
  choose,
  all,
}: {
  label: string
  values: { value: Value; label: string }[]
  chosen: Value | undefined
  choose: (value: Value | undefined) => void
  /** What a chip for no filter says, where it needs one. */
  all?: string
}) {
  return (
    <fieldset className={classes.chips} aria-label={label}>
      {all !== undefined && (
        <button
          type="button"
          className={classes.chip}
          aria-pressed={chosen === undefined}
          onClick={() => choose(undefined)}
        >
          {all}
        </button>
      )}
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
