import { hueOf, initialsOf, type Person, pictureSource } from './person.ts'
import classes from './pictures.module.css'

/** Somebody's picture, or calm initials; never alone, so that who hears the page misses nothing. */
export function Avatar({ person, size = 24 }: { person: Person; size?: 20 | 24 | 32 | 96 }) {
  const source = pictureSource(person.picture)
  return (
    <span className={classes.avatar} data-size={size} data-hue={hueOf(person)} aria-hidden="true">
      {source === null ? initialsOf(person) : <img src={source} alt="" loading="lazy" decoding="async" />}
    </span>
  )
}
