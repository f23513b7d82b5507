import { hueOf, initialsOf, type Person, pictureSource } from './person.ts'
import classes from './pictures.module.css'

/** Somebody's picture, or calm initials; never alone, so that who hears the page misses nothing. */
export function Avatar({ person, size = 24 }: { person: Person; size?: 20 | 24 | 32 | 96 }) {
  const source = pictureSource(person.picture)
  return (
    <span
      className={classes.avatar}
      data-size={size}
      data-hue={hueOf(person)}
      // Drawn, and no text: whoever copies or searches a name finds the name alone.
      data-initials={source === null ? initialsOf(person) : undefined}
      aria-hidden="true"
    >
      {source !== null && <img src={source} alt="" loading="lazy" decoding="async" />}
    </span>
  )
}
