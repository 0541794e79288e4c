/** Dashboards for Grafana, as the chart has them. */
export { type Board, boardJson } from './board.ts';
import type { Board } from './board.ts';
import { deliveryBoard } from './delivery-board.ts';
import { fleetBoard } from './fleet-board.ts';
import { operatorBoard } from './operator-board.ts';
import { scalingBoard } from './scaling-board.ts';

export const boards: readonly Board[] = [fleetBoard, deliveryBoard, scalingBoard, operatorBoard];
