import { render } from 'preact';
import { followLink, toLobby, toNoRoom } from './connection/session.ts';
import { roomIdIn } from './state/roomId.ts';
import { screen } from './state/screen.ts';
import { App } from './view/app.tsx';
import { animateEvents } from './view/motion.ts';
import { followServersPage } from './view/newerPage.ts';
import { soundEvents } from './view/sound.ts';

/** The address says which room the page shows: `/#room_…` is an invitation, and a way back. */
function follow(): void {
  const roomId = roomIdIn(location.hash);
  if (roomId !== null) followLink(roomId);
  else if (location.hash.length > 1) toNoRoom();
  else if (screen.value.at !== 'lobby') toLobby();
}

animateEvents();
soundEvents();
addEventListener('hashchange', follow);
follow();
followServersPage();
const root = document.getElementById('app');
if (root) render(<App />, root);
