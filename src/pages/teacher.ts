// The teacher's page: the round's controls, the players, what they think wrongly, and who needs help.
import type { TeacherState } from '../classroom/pageState.ts';
import type { Board } from '../classroom/wire.ts';
import { openControls } from './controls.ts';
import { many, part, write } from './dom.ts';
import { follow } from './follow.ts';
import { drawHeat } from './heat.ts';
import { openPlayerDialog } from './playerDialog.ts';
import { openPlayers } from './players.ts';
import { openRoundDialog } from './roundDialog.ts';
import { announce, changeOf, drawStrip } from './states.ts';
import { drawStuck } from './stuck.ts';

let before: Board | undefined;
const drawControls = openControls();
const player = openPlayerDialog();
const drawPlayers = openPlayers(player.open);
const drawRoundDialog = openRoundDialog();

function draw(state: TeacherState): void {
  const { board, address, code, command } = state;
  drawStrip(board, many(board.players, 'player'));
  part('count').hidden = false;
  for (const [id, text] of Object.entries({ address, code, command })) write(part(id), text);
  drawControls(board);
  drawPlayers(state);
  player.draw(state);
  drawHeat(state);
  drawStuck(state, player.open);
  drawRoundDialog(state);
  document.querySelector('main')?.removeAttribute('hidden');
  announce(changeOf(before, board));
  before = board;
}

// Minutes pass also while nothing happens.
let newest: TeacherState | undefined;
setInterval(() => newest && draw(newest), 15_000);
void follow<TeacherState>((state) => {
  newest = state;
  draw(state);
});
