/** Many people with a device each, made by SQL, and much that they are told of. */
import type pg from 'pg';
import type { Device } from './device.ts';
import type { PushService } from './service.ts';

/** @returns their devices, which allow pushes of the sender whose key it is */
export async function makeCrowd(sql: pg.Pool, service: PushService, vapidPublicKey: string, people: number): Promise<Device[]> {
  const devices = Array.from({ length: people }, () => service.subscribe(vapidPublicKey));
  await sql.query(
    `insert into auth.users (id, email, aud, role, raw_user_meta_data)
     select gen_random_uuid(), 'crowd' || n || '@push.example', 'authenticated', 'authenticated', jsonb_build_object('display_name', 'Crowd ' || n)
     from generate_series(1, $1) n`,
    [people]
  );
  await sql.query(
    `insert into public.push_subscriptions (user_id, endpoint, p256dh, auth)
     select u.id, d.endpoint, d.p256dh, d.auth
     from (select id, row_number() over () as n from auth.users where email like 'crowd%@push.example') u
     join unnest($1::text[], $2::text[], $3::text[]) with ordinality d (endpoint, p256dh, auth, n) using (n)`,
    [devices.map(({ endpoint }) => endpoint), devices.map(({ p256dh }) => p256dh), devices.map(({ auth }) => auth)]
  );
  return devices;
}

/** Tells each of them of so many things, while nobody rings: as if the doorbell had been out of order. */
export async function tellCrowd(sql: pg.Pool, things: number): Promise<void> {
  const { rows } = await sql.query<{ functions_url: string }>('select functions_url from private.doorbell');
  await sql.query('update private.doorbell set functions_url = null');
  for (let n = 0; n < things; n++) {
    await sql.query(
      `select private.notify(
         array(select id from auth.users where email like 'crowd%@push.example'), gen_random_uuid()::text, 'announcement',
         '{"title": "News", "text": "Something has happened, and this is what it was."}'
       )`
    );
  }
  await sql.query('update private.doorbell set functions_url = $1', [rows[0]!.functions_url]);
}
