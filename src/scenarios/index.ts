// Every situation that a level may name.
import { bothEnds } from './bothEnds.ts';
import { cafe } from './cafe.ts';
import { fallback } from './fallback.ts';
import { gateway } from './gateway.ts';
import { impersonation } from './impersonation.ts';
import { keyDelivery } from './keyDelivery.ts';
import { keyExchange } from './keyExchange.ts';
import { keyTransport } from './keyTransport.ts';
import { onion } from './onion.ts';
import { openLine } from './openLine.ts';
import { priceFeed } from './priceFeed.ts';
import { provider } from './provider.ts';
import { realClient } from './realClient.ts';
import { realServer } from './realServer.ts';
import { recordings } from './recordings.ts';
import type { Scenario } from './scenario.ts';
import { sealedForm } from './sealedForm.ts';
import { sealedNotice } from './sealedNotice.ts';
import { serverFlight } from './serverFlight.ts';
import { tamperedHello } from './tamperedHello.ts';
import { tls13Exchange } from './tls13Exchange.ts';
import { trust } from './trust.ts';
import { twoBobs } from './twoBobs.ts';
import { vpn } from './vpn.ts';
import { webShop } from './webShop.ts';

export type Scenarios = ReadonlyMap<string, Scenario>;

export const scenarios: Scenarios = new Map(
  [
    bothEnds,
    cafe,
    fallback,
    gateway,
    impersonation,
    keyDelivery,
    keyExchange,
    keyTransport,
    onion,
    openLine,
    priceFeed,
    provider,
    realClient,
    realServer,
    recordings,
    sealedForm,
    sealedNotice,
    serverFlight,
    tamperedHello,
    tls13Exchange,
    trust,
    twoBobs,
    vpn,
    webShop,
  ].map((scenario) => [scenario.name, scenario as Scenario]),
);
