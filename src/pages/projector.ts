// The page on the wall: how to join, the race, the podium.
import type { PublicState } from '../classroom/pageState.ts';
import type { Board } from '../classroom/wire.ts';
import { many, part } from './dom.ts';
import { follow } from './follow.ts';
import { drawLobby } from './lobby.ts';
import { drawPodium } from './podium.ts';
import { drawRace } from './race.ts';
import { announce, changeOf, drawStrip } from './states.ts';

let before: Board | undefined;

function draw(state: PublicState): void {
  const { board } = state;
  drawStrip(board, many(board.players, 'player'));
  const shown = board.state === 'lobby' ? 'lobby' : board.state === 'revealed' ? 'podium' : 'race';
  for (const view of ['lobby', 'race', 'podium']) part(view).hidden = view !== shown;
  if (shown === 'lobby') drawLobby(state);
  else if (shown === 'race') drawRace(state);
  else drawPodium(board, before?.state !== 'revealed');
  announce(changeOf(before, board));
  before = board;
}

void follow(draw);
