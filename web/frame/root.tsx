import { Outlet } from '@tanstack/react-router'

/** Every page stands in one of two frames: a room with its rail, or a card on a calm page. */
export function Root() {
  return <Outlet />
}
