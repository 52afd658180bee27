-- sound chat with participants
create table public.rooms (id uuid primary key default gen_random_uuid(), title text);
create table public.room_participants (room_id uuid not null references public.rooms on delete cascade, user_id uuid not null references auth.users on delete cascade, joined_at timestamptz not null default now(), primary key (room_id, user_id));
create index on public.room_participants (user_id);
create table public.messages (id bigint generated always as identity primary key, room_id uuid not null references public.rooms on delete cascade, sender_id uuid not null default auth.uid() references auth.users, body text not null, sent_at timestamptz not null default now());
create index on public.messages (room_id);
create index on public.messages (sender_id);
alter table public.rooms enable row level security;
alter table public.room_participants enable row level security;
alter table public.messages enable row level security;
create schema private; grant usage on schema private to authenticated;
create function private.my_rooms() returns setof uuid language sql stable security definer set search_path = '' as
$$ select room_id from public.room_participants where user_id = (select auth.uid()) $$;
create policy "see rooms" on public.rooms for select to authenticated using (id in (select private.my_rooms()));
create policy "see participants" on public.room_participants for select to authenticated using (room_id in (select private.my_rooms()));
create policy "leave" on public.room_participants for delete to authenticated using (user_id = (select auth.uid()));
create policy "read messages" on public.messages for select to authenticated using (room_id in (select private.my_rooms()));
create policy "send messages" on public.messages for insert to authenticated with check (sender_id = (select auth.uid()) and room_id in (select private.my_rooms()));
create policy "delete own messages" on public.messages for delete to authenticated using (sender_id = (select auth.uid()));
-- rows
insert into public.rooms values (:o1, 'a'), (:o2, 'b');
insert into public.room_participants values (:o1, :ann), (:o1, :eve), (:o2, :bob);
insert into public.messages (room_id, sender_id, body) values (:o1, :eve, 'hi'), (:o2, :bob, 'secret');
-- try
ann: select from public.messages where room_id = :o2
ann: insert into public.messages (room_id, body) values (:o2, 'x')
ann: insert into public.messages (room_id, sender_id, body) values (:o1, :eve, 'x')
ann: insert into public.room_participants values (:o2, :ann)
ann: delete from public.messages where sender_id <> :ann
ok ann: insert into public.messages (room_id, body) values (:o1, 'x')
ok ann: select from public.messages where room_id = :o1

-- open message sent in another's name
create table public.rooms (id uuid primary key default gen_random_uuid(), title text);
create table public.room_participants (room_id uuid not null references public.rooms on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (room_id, user_id));
create index on public.room_participants (user_id);
create table public.messages (id bigint generated always as identity primary key, room_id uuid not null references public.rooms on delete cascade, sender_id uuid not null references auth.users, body text not null);
create index on public.messages (room_id);
create index on public.messages (sender_id);
alter table public.rooms enable row level security;
alter table public.room_participants enable row level security;
alter table public.messages enable row level security;
create policy own on public.room_participants for select to authenticated using (user_id = (select auth.uid()));
create policy "read messages" on public.messages for select to authenticated using (exists (select 1 from public.room_participants rp where rp.room_id = messages.room_id and rp.user_id = (select auth.uid())));
create policy "send messages" on public.messages for insert to authenticated with check (exists (select 1 from public.room_participants rp where rp.room_id = messages.room_id and rp.user_id = (select auth.uid())));
-- rows
insert into public.rooms values (:o1, 'a');
insert into public.room_participants values (:o1, :ann), (:o1, :eve);
-- try
ann: insert into public.messages (room_id, sender_id, body) values (:o1, :eve, 'x')

-- open message to any room
create table public.rooms (id uuid primary key default gen_random_uuid(), title text);
create table public.room_participants (room_id uuid not null references public.rooms on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (room_id, user_id));
create index on public.room_participants (user_id);
create table public.messages (id bigint generated always as identity primary key, room_id uuid not null references public.rooms on delete cascade, sender_id uuid not null references auth.users, body text not null);
create index on public.messages (room_id);
create index on public.messages (sender_id);
alter table public.rooms enable row level security;
alter table public.room_participants enable row level security;
alter table public.messages enable row level security;
create policy own on public.room_participants for select to authenticated using (user_id = (select auth.uid()));
create policy "read messages" on public.messages for select to authenticated using (exists (select 1 from public.room_participants rp where rp.room_id = messages.room_id and rp.user_id = (select auth.uid())));
create policy "send messages" on public.messages for insert to authenticated with check (sender_id = (select auth.uid()));
-- rows
insert into public.rooms values (:o2, 'a');
insert into public.room_participants values (:o2, :bob);
-- try
ann: insert into public.messages (room_id, sender_id, body) values (:o2, :ann, 'x')

-- open direct messages recipient edits the text
create table public.direct_messages (id bigint generated always as identity primary key, sender_id uuid not null references auth.users, recipient_id uuid not null references auth.users, body text not null, read_at timestamptz);
create index on public.direct_messages (sender_id);
create index on public.direct_messages (recipient_id);
alter table public.direct_messages enable row level security;
create policy "both read" on public.direct_messages for select to authenticated using ((select auth.uid()) in (sender_id, recipient_id));
create policy "send" on public.direct_messages for insert to authenticated with check (recipient_id = (select auth.uid()) or sender_id = (select auth.uid()));
-- rows
-- try
ann: insert into public.direct_messages (sender_id, recipient_id, body) values (:bob, :ann, 'I owe you')

-- sound direct messages
create table public.direct_messages (id bigint generated always as identity primary key, sender_id uuid not null references auth.users, recipient_id uuid not null references auth.users, body text not null, read_at timestamptz);
create index on public.direct_messages (sender_id);
create index on public.direct_messages (recipient_id);
alter table public.direct_messages enable row level security;
revoke update on public.direct_messages from anon, authenticated;
grant select, insert, delete, update (read_at) on public.direct_messages to authenticated;
create policy "both read" on public.direct_messages for select to authenticated using ((select auth.uid()) in (sender_id, recipient_id));
create policy "send" on public.direct_messages for insert to authenticated with check (sender_id = (select auth.uid()));
create policy "mark read" on public.direct_messages for update to authenticated using (recipient_id = (select auth.uid()));
create policy "unsend" on public.direct_messages for delete to authenticated using (sender_id = (select auth.uid()) and read_at is null);
-- rows
insert into public.direct_messages (sender_id, recipient_id, body) values (:bob, :ann, 'hi'), (:bob, :eve, 'secret');
-- try
ann: select from public.direct_messages where recipient_id = :eve
ann: insert into public.direct_messages (sender_id, recipient_id, body) values (:bob, :ann, 'I owe you')
ann: update public.direct_messages set body = 'x'
ann: delete from public.direct_messages
ok ann: update public.direct_messages set read_at = now()

-- sound documents with shares
create table public.documents (id uuid primary key default gen_random_uuid(), owner_id uuid not null default auth.uid() references auth.users on delete cascade, title text, body text, deleted_at timestamptz);
create table public.document_shares (document_id uuid not null references public.documents on delete cascade, user_id uuid not null references auth.users on delete cascade, permission text not null check (permission in ('view', 'edit')), primary key (document_id, user_id));
create index on public.documents (owner_id);
create index on public.document_shares (user_id);
alter table public.documents enable row level security;
alter table public.document_shares enable row level security;
create schema private; grant usage on schema private to authenticated;
create function private.owns_document(doc uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select 1 from public.documents d where d.id = doc and d.owner_id = auth.uid()) $$;
create function private.shared_with_me(doc uuid, wanted text[]) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select 1 from public.document_shares s where s.document_id = doc and s.user_id = auth.uid() and s.permission = any (wanted)) $$;
create policy "read" on public.documents for select to authenticated
  using (owner_id = (select auth.uid()) or (deleted_at is null and private.shared_with_me(id, array['view', 'edit'])));
create policy "create" on public.documents for insert to authenticated with check (owner_id = (select auth.uid()));
create policy "edit own" on public.documents for update to authenticated using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy "edit shared" on public.documents for update to authenticated
  using (deleted_at is null and private.shared_with_me(id, array['edit'])) with check (deleted_at is null and private.shared_with_me(id, array['edit']));
create policy "delete" on public.documents for delete to authenticated using (owner_id = (select auth.uid()));
create policy "owner manages shares" on public.document_shares for all to authenticated
  using (private.owns_document(document_id)) with check (private.owns_document(document_id));
create policy "see own shares" on public.document_shares for select to authenticated using (user_id = (select auth.uid()));
-- rows
insert into public.documents (id, owner_id, title) values (:o1, :bob, 'shared'), (:o2, :bob, 'private');
insert into public.document_shares values (:o1, :ann, 'view');
-- try
ann: select from public.documents where id = :o2
ann: update public.documents set title = 'x'
ann: insert into public.document_shares values (:o2, :ann, 'edit')
ann: update public.document_shares set permission = 'edit'
ann: delete from public.documents
ok ann: select from public.documents where id = :o1
ok bob: update public.document_shares set permission = 'edit'

-- open anyone shares any document
create table public.documents (id uuid primary key default gen_random_uuid(), owner_id uuid not null default auth.uid() references auth.users on delete cascade, title text);
create table public.document_shares (document_id uuid not null references public.documents on delete cascade, user_id uuid not null references auth.users on delete cascade, shared_by uuid not null default auth.uid() references auth.users, primary key (document_id, user_id));
create index on public.documents (owner_id);
create index on public.document_shares (user_id);
create index on public.document_shares (shared_by);
alter table public.documents enable row level security;
alter table public.document_shares enable row level security;
create policy "owner" on public.documents for all to authenticated using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy "shared" on public.documents for select to authenticated
  using (id in (select s.document_id from public.document_shares s where s.user_id = (select auth.uid())));
create policy "share" on public.document_shares for insert to authenticated with check (shared_by = (select auth.uid()));
create policy "see shares" on public.document_shares for select to authenticated using (user_id = (select auth.uid()) or shared_by = (select auth.uid()));
-- rows
insert into public.documents (id, owner_id, title) values (:o2, :bob, 'private');
-- try
ann: insert into public.document_shares values (:o2, :ann) ;; select from public.documents where id = :o2

-- sound likes and follows
create table public.posts (id bigint generated always as identity primary key, author_id uuid not null default auth.uid() references auth.users, body text not null, published_at timestamptz);
create index on public.posts (author_id);
create table public.likes (post_id bigint not null references public.posts on delete cascade, user_id uuid not null default auth.uid() references auth.users on delete cascade, primary key (post_id, user_id));
create index on public.likes (user_id);
create table public.follows (follower_id uuid not null default auth.uid() references auth.users on delete cascade, followee_id uuid not null references auth.users on delete cascade, primary key (follower_id, followee_id), check (follower_id <> followee_id));
create index on public.follows (followee_id);
alter table public.posts enable row level security;
alter table public.likes enable row level security;
alter table public.follows enable row level security;
create policy "published or own" on public.posts for select to authenticated using (published_at <= now() or author_id = (select auth.uid()));
create policy "anon published" on public.posts for select to anon using (published_at <= now());
create policy "write own" on public.posts for insert to authenticated with check (author_id = (select auth.uid()));
create policy "edit own" on public.posts for update to authenticated using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
create policy "delete own" on public.posts for delete to authenticated using (author_id = (select auth.uid()));
create policy "likes are public" on public.likes for select to anon, authenticated using (true);
create policy "like" on public.likes for insert to authenticated with check (user_id = (select auth.uid()));
create policy "unlike" on public.likes for delete to authenticated using (user_id = (select auth.uid()));
create policy "follows are public" on public.follows for select to anon, authenticated using (true);
create policy "follow" on public.follows for insert to authenticated with check (follower_id = (select auth.uid()));
create policy "unfollow" on public.follows for delete to authenticated using (follower_id = (select auth.uid()));
-- rows
insert into public.posts (author_id, body) values (:bob, 'draft');
insert into public.likes values (1, :bob);
insert into public.follows values (:bob, :eve);
-- try
ann: select from public.posts
ann: insert into public.likes values (1, :eve)
ann: delete from public.likes
ann: insert into public.follows values (:eve, :ann)
ann: delete from public.follows
anon: insert into public.follows values (:eve, :ann)
ok ann: insert into public.follows values (:ann, :eve)

-- open unfollow by either but insert for others
create table public.follows (follower_id uuid not null references auth.users on delete cascade, followee_id uuid not null references auth.users on delete cascade, primary key (follower_id, followee_id));
create index on public.follows (followee_id);
alter table public.follows enable row level security;
create policy "follows are public" on public.follows for select using (true);
create policy "follow" on public.follows for insert to authenticated with check ((select auth.uid()) is not null);
create policy "unfollow" on public.follows for delete to authenticated using (follower_id = (select auth.uid()));
-- rows
insert into public.follows values (:bob, :eve);
-- try
ann: insert into public.follows values (:eve, :ann)

-- open like inserts bind nothing
create table public.posts (id bigint generated always as identity primary key, author_id uuid not null references auth.users, body text not null);
create index on public.posts (author_id);
create table public.likes (post_id bigint not null references public.posts on delete cascade, user_id uuid not null references auth.users on delete cascade, primary key (post_id, user_id));
create index on public.likes (user_id);
alter table public.posts enable row level security;
alter table public.likes enable row level security;
create policy "posts" on public.posts for select using (true);
create policy "likes" on public.likes for select using (true);
create policy "like" on public.likes for insert to authenticated with check (exists (select 1 from public.posts p where p.id = likes.post_id));
create policy "unlike" on public.likes for delete to authenticated using (user_id = (select auth.uid()));
-- rows
insert into public.posts (author_id, body) values (:bob, 'x');
-- try
ann: insert into public.likes values (1, :eve)

-- sound orders and items
create table public.orders (id bigint generated always as identity primary key, customer_id uuid not null default auth.uid() references auth.users, status text not null default 'cart' check (status in ('cart', 'placed', 'paid', 'shipped')), total_cents int not null default 0);
create table public.order_items (id bigint generated always as identity primary key, order_id bigint not null references public.orders on delete cascade, sku text not null, quantity int not null check (quantity > 0));
create index on public.orders (customer_id);
create index on public.order_items (order_id);
alter table public.orders enable row level security;
alter table public.order_items enable row level security;
revoke insert, update, delete on public.orders from anon, authenticated;
grant select on public.orders to authenticated;
grant select, insert, update, delete on public.order_items to authenticated;
create policy "own orders" on public.orders for select to authenticated using (customer_id = (select auth.uid()));
create policy "read items" on public.order_items for select to authenticated
  using (exists (select 1 from public.orders o where o.id = order_items.order_id and o.customer_id = (select auth.uid())));
create policy "add items" on public.order_items for insert to authenticated
  with check (exists (select 1 from public.orders o where o.id = order_items.order_id and o.customer_id = (select auth.uid()) and o.status = 'cart'));
create policy "change items" on public.order_items for update to authenticated
  using (exists (select 1 from public.orders o where o.id = order_items.order_id and o.customer_id = (select auth.uid()) and o.status = 'cart'));
create policy "remove items" on public.order_items for delete to authenticated
  using (exists (select 1 from public.orders o where o.id = order_items.order_id and o.customer_id = (select auth.uid()) and o.status = 'cart'));
-- rows
insert into public.orders (customer_id) values (:ann), (:bob);
insert into public.order_items (order_id, sku, quantity) values (1, 'a', 1), (2, 'b', 1);
-- try
ann: select from public.orders where customer_id <> :ann
ann: update public.orders set status = 'paid'
ann: select from public.order_items where order_id = 2
ann: update public.order_items set order_id = 2
ann: insert into public.order_items (order_id, sku, quantity) values (2, 'c', 1)
ok ann: insert into public.order_items (order_id, sku, quantity) values (1, 'c', 1)

-- open order status and price in own row
create table public.orders (id bigint generated always as identity primary key, customer_id uuid not null default auth.uid() references auth.users, payment_status text not null default 'unpaid', total_cents int not null default 0);
create index on public.orders (customer_id);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select to authenticated using (customer_id = (select auth.uid()));
create policy "change own orders" on public.orders for update to authenticated using (customer_id = (select auth.uid())) with check (customer_id = (select auth.uid()));
-- rows
insert into public.orders (customer_id, total_cents) values (:ann, 1000);
-- try
ann: update public.orders set payment_status = 'paid', total_cents = 0

-- open order items reach orders of others by or
create table public.orders (id bigint generated always as identity primary key, customer_id uuid not null default auth.uid() references auth.users);
create table public.order_items (id bigint generated always as identity primary key, order_id bigint not null references public.orders on delete cascade, sku text not null);
create index on public.orders (customer_id);
create index on public.order_items (order_id);
alter table public.orders enable row level security;
alter table public.order_items enable row level security;
create policy "own orders" on public.orders for select to authenticated using (customer_id = (select auth.uid()));
create policy "items" on public.order_items for all to authenticated
  using (exists (select 1 from public.orders o where o.customer_id = (select auth.uid())));
-- rows
insert into public.orders (customer_id) values (:ann), (:bob);
insert into public.order_items (order_id, sku) values (1, 'a'), (2, 'b');
-- try
ann: select from public.order_items where order_id = 2
ann: delete from public.order_items where order_id = 2

-- sound notifications
create table public.notifications (id bigint generated always as identity primary key, user_id uuid not null references auth.users on delete cascade, payload jsonb not null default '{}', read_at timestamptz, created_at timestamptz not null default now());
create index on public.notifications (user_id, created_at desc);
alter table public.notifications enable row level security;
revoke all on public.notifications from anon, authenticated;
grant select, delete on public.notifications to authenticated;
grant update (read_at) on public.notifications to authenticated;
create policy "read" on public.notifications for select to authenticated using (user_id = (select auth.uid()));
create policy "mark" on public.notifications for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "clear" on public.notifications for delete to authenticated using (user_id = (select auth.uid()));
-- rows
insert into public.notifications (user_id) values (:ann), (:bob);
-- try
ann: select from public.notifications where user_id <> :ann
ann: insert into public.notifications (user_id) values (:bob)
ann: update public.notifications set payload = '{}'
ok ann: update public.notifications set read_at = now()

-- open notifications inserted for anyone
create table public.notifications (id bigint generated always as identity primary key, user_id uuid not null references auth.users on delete cascade, payload jsonb not null default '{}');
create index on public.notifications (user_id);
alter table public.notifications enable row level security;
create policy "read" on public.notifications for select to authenticated using (user_id = (select auth.uid()));
create policy "System can insert notifications" on public.notifications for insert with check (true);
-- rows
-- try
ann: insert into public.notifications (user_id) values (:bob)

-- sound notifications inserted by service role
create table public.notifications (id bigint generated always as identity primary key, user_id uuid not null references auth.users on delete cascade, payload jsonb not null default '{}');
create index on public.notifications (user_id);
alter table public.notifications enable row level security;
create policy "read" on public.notifications for select to authenticated using (user_id = (select auth.uid()));
create policy "System can insert notifications" on public.notifications for insert to service_role with check (true);
-- rows
insert into public.notifications (user_id) values (:bob);
-- try
ann: insert into public.notifications (user_id) values (:bob)
ann: select from public.notifications
anon: select from public.notifications

-- open update with check null using true
create table public.pages (id bigint generated always as identity primary key, owner uuid not null references auth.users, body text);
create index on public.pages (owner);
alter table public.pages enable row level security;
create policy "read" on public.pages for select using (true);
create policy "edit" on public.pages for update to authenticated using (true) with check (owner = (select auth.uid()));
-- rows
insert into public.pages (owner, body) values (:bob, 'x');
-- try
ann: update public.pages set owner = :ann

-- sound with check null closes insert
create table public.pages (id bigint generated always as identity primary key, owner uuid not null references auth.users, body text);
create index on public.pages (owner);
alter table public.pages enable row level security;
create policy "read" on public.pages for select using (true);
create policy "edit" on public.pages for update to authenticated using (owner = (select auth.uid())) with check (owner = (select auth.uid()) and body is not null);
-- rows
insert into public.pages (owner, body) values (:bob, 'x');
-- try
ann: update public.pages set owner = :ann
ann: insert into public.pages (owner) values (:ann)

-- sound tasks with column grants
create table public.projects (id uuid primary key, owner_id uuid not null references auth.users);
create index on public.projects (owner_id);
create table public.tasks (id bigint generated always as identity primary key, project_id uuid not null references public.projects, assignee_id uuid references auth.users, title text, done boolean not null default false);
create index on public.tasks (project_id);
create index on public.tasks (assignee_id);
alter table public.projects enable row level security;
alter table public.tasks enable row level security;
revoke all on public.tasks from anon, authenticated;
grant select, update (done) on public.tasks to authenticated;
create policy own on public.projects for select to authenticated using (owner_id = (select auth.uid()));
create policy read on public.tasks for select to authenticated using (project_id in (select p.id from public.projects p where p.owner_id = (select auth.uid())) or assignee_id = (select auth.uid()));
create policy edit on public.tasks for update to authenticated using (assignee_id = (select auth.uid()));
-- rows
insert into public.projects values (:o1, :ann), (:o2, :bob);
insert into public.tasks (project_id, assignee_id, title) values (:o1, :ann, 'x'), (:o2, :bob, 'y');
-- try
ann: update public.tasks set project_id = :o2
ann: update public.tasks set done = true where project_id = :o2
ann: select from public.tasks where project_id = :o2
ok ann: update public.tasks set done = true

-- open auth.role authenticated to public
create table public.notes (id bigint generated always as identity primary key, user_id uuid not null default auth.uid() references auth.users, body text);
create index on public.notes (user_id);
alter table public.notes enable row level security;
create policy "Enable read access for all users" on public.notes for select using (auth.uid() = user_id);
create policy "Enable update for authenticated users only" on public.notes for update using (auth.role() = 'authenticated');
create policy "read all" on public.notes for select using (auth.role() = 'authenticated');
-- rows
insert into public.notes (user_id, body) values (:bob, 'x');
-- try
ann: update public.notes set body = 'y'

-- sound template policies
create table public.notes (id bigint generated always as identity primary key, user_id uuid not null default auth.uid() references auth.users, body text);
create index on public.notes (user_id);
alter table public.notes enable row level security;
create policy "Enable read access for users" on public.notes as permissive for select to authenticated using ((select auth.uid()) = user_id);
create policy "Enable insert for users based on user_id" on public.notes as permissive for insert to authenticated with check ((select auth.uid()) = user_id);
create policy "Enable update for users based on user_id" on public.notes as permissive for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
create policy "Enable delete for users based on user_id" on public.notes as permissive for delete to authenticated using ((select auth.uid()) = user_id);
-- rows
insert into public.notes (user_id, body) values (:bob, 'x');
-- try
ann: update public.notes set body = 'y'
ann: select from public.notes
ann: insert into public.notes (user_id) values (:bob)
ann: delete from public.notes
anon: select from public.notes

-- sound soft deleted
create table public.files (id bigint generated always as identity primary key, owner_id uuid not null default auth.uid() references auth.users, name text, deleted_at timestamptz);
create index on public.files (owner_id);
alter table public.files enable row level security;
create policy "see" on public.files for select to authenticated using (owner_id = (select auth.uid()));
create policy "add" on public.files for insert to authenticated with check (owner_id = (select auth.uid()) and deleted_at is null);
create policy "change" on public.files for update to authenticated using (owner_id = (select auth.uid()) and deleted_at is null) with check (owner_id = (select auth.uid()));
create policy "trash is kept" on public.files as restrictive for delete to authenticated using (deleted_at < now() - interval '30 days');
create policy "purge" on public.files for delete to authenticated using (owner_id = (select auth.uid()));
-- rows
insert into public.files (owner_id, name, deleted_at) values (:bob, 'b', null), (:bob, 'c', '2020-01-01');
-- try
ann: select from public.files
ann: update public.files set name = 'x'
ann: delete from public.files
ann: insert into public.files (owner_id) values (:bob)

-- open soft deleted rows of everybody
create table public.files (id bigint generated always as identity primary key, owner_id uuid not null default auth.uid() references auth.users, name text, deleted_at timestamptz);
create index on public.files (owner_id);
alter table public.files enable row level security;
create policy "see" on public.files for select to authenticated using (owner_id = (select auth.uid()));
create policy "purge" on public.files for delete to authenticated using (owner_id = (select auth.uid()) or deleted_at is not null);
create policy "restore" on public.files for update to authenticated using (deleted_at is not null) with check (deleted_at is null);
create policy "trash" on public.files for select to authenticated using (deleted_at is not null);
-- rows
insert into public.files (owner_id, name, deleted_at) values (:bob, 'b', now());
-- try
ann: delete from public.files

-- sound published articles with authors
create table public.articles (id bigint generated always as identity primary key, author_id uuid not null default auth.uid() references auth.users, title text not null, status text not null default 'draft' check (status in ('draft', 'published', 'archived')), publish_at timestamptz, unpublish_at timestamptz);
create index on public.articles (author_id);
alter table public.articles enable row level security;
create policy "live" on public.articles for select to anon, authenticated
  using (status = 'published' and publish_at <= now() and (unpublish_at is null or unpublish_at > now()));
create policy "own" on public.articles for select to authenticated using (author_id = (select auth.uid()));
create policy "write" on public.articles for insert to authenticated with check (author_id = (select auth.uid()));
create policy "edit" on public.articles for update to authenticated using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
create policy "delete drafts" on public.articles for delete to authenticated using (author_id = (select auth.uid()) and status = 'draft');
-- rows
insert into public.articles (author_id, title, status, publish_at) values (:bob, 'draft', 'draft', null), (:bob, 'later', 'published', now() + interval '1 day');
-- try
ann: select from public.articles
anon: select from public.articles
ann: update public.articles set title = 'x'
ann: delete from public.articles
ann: insert into public.articles (author_id, title) values (:bob, 'x')
ok ann: insert into public.articles (title) values ('x')

-- open published rows editable by all
create table public.articles (id bigint generated always as identity primary key, author_id uuid not null default auth.uid() references auth.users, title text not null, status text not null default 'draft');
create index on public.articles (author_id);
alter table public.articles enable row level security;
create policy "access" on public.articles to authenticated using (status = 'published' or author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
-- rows
insert into public.articles (author_id, title, status) values (:bob, 'a', 'published');
-- try
ann: update public.articles set author_id = :ann
ann: delete from public.articles

-- sound slots of hosts
create table public.slots (id bigint generated always as identity primary key, host_id uuid not null references auth.users, starts_at timestamptz not null, ends_at timestamptz not null, booked_by uuid references auth.users);
create index on public.slots (host_id);
create index on public.slots (booked_by);
alter table public.slots enable row level security;
create policy "future slots" on public.slots for select to authenticated using (starts_at > now() or host_id = (select auth.uid()) or booked_by = (select auth.uid()));
create policy "host" on public.slots for all to authenticated using (host_id = (select auth.uid())) with check (host_id = (select auth.uid()));
create policy "cancel" on public.slots for update to authenticated using (booked_by = (select auth.uid()) and starts_at > now() + interval '1 day') with check (booked_by is null);
revoke update on public.slots from anon, authenticated;
grant update (starts_at, ends_at) on public.slots to authenticated;
-- rows
insert into public.slots (host_id, starts_at, ends_at) values (:bob, now() + interval '3 days', now() + interval '4 days');
-- try
ann: update public.slots set starts_at = now()
ann: delete from public.slots
ann: update public.slots set booked_by = :eve

-- open booking of free slots for others
create table public.slots (id bigint generated always as identity primary key, host_id uuid not null references auth.users, starts_at timestamptz not null, booked_by uuid references auth.users);
create index on public.slots (host_id);
create index on public.slots (booked_by);
alter table public.slots enable row level security;
create policy "future slots" on public.slots for select to authenticated using (true);
create policy "host" on public.slots for all to authenticated using (host_id = (select auth.uid())) with check (host_id = (select auth.uid()));
create policy "book" on public.slots for update to authenticated using (booked_by is null and starts_at > now());
-- rows
insert into public.slots (host_id, starts_at) values (:bob, now() + interval '3 days');
-- try
ann: update public.slots set host_id = :ann

-- open restrictive meant as permissive: only one limit by status
create table public.docs (id bigint generated always as identity primary key, tenant_id uuid not null, owner_id uuid not null references auth.users, locked boolean not null default false);
create index on public.docs (owner_id);
alter table public.docs enable row level security;
create policy unlocked on public.docs as restrictive for update to authenticated using (not locked);
create policy edit on public.docs for update to authenticated using ((select auth.uid()) is not null);
create policy see on public.docs for select to authenticated using (true);
-- rows
insert into public.docs (tenant_id, owner_id) values (:o2, :bob);
-- try
ann: update public.docs set tenant_id = :o1

-- sound service role only
create table public.webhooks (id bigint generated always as identity primary key, payload jsonb);
alter table public.webhooks enable row level security;
create policy "service role" on public.webhooks for all to service_role using (true) with check (true);
-- rows
insert into public.webhooks (payload) values ('{}');
-- try
ann: select from public.webhooks
ann: insert into public.webhooks (payload) values ('{}')
anon: select from public.webhooks

-- open service role policy to public
create table public.webhooks (id bigint generated always as identity primary key, payload jsonb);
alter table public.webhooks enable row level security;
create policy "Service role can do anything" on public.webhooks for all using (true) with check (true);
-- rows
insert into public.webhooks (payload) values ('{}');
-- try
anon: select from public.webhooks

-- open service role tested by claim or null user
create table public.webhooks (id bigint generated always as identity primary key, payload jsonb);
alter table public.webhooks enable row level security;
create policy "server only" on public.webhooks for all using (auth.uid() is null) with check (auth.uid() is null);
-- rows
insert into public.webhooks (payload) values ('{}');
-- try
anon: select from public.webhooks

-- sound contact form
create table public.contact_requests (id bigint generated always as identity primary key, email text not null check (length(email) < 320), message text not null check (length(message) < 5000), created_at timestamptz not null default now());
alter table public.contact_requests enable row level security;
revoke all on public.contact_requests from anon, authenticated;
grant insert (email, message) on public.contact_requests to anon, authenticated;
create policy "write to us" on public.contact_requests for insert to anon, authenticated with check (length(message) > 0);
-- rows
insert into public.contact_requests (email, message) values ('x', 'y');
-- try
anon: select id from public.contact_requests
anon: update public.contact_requests set message = 'x'
ok anon: insert into public.contact_requests (email, message) values ('a', 'b')

-- sound anon reads orders by token header
create table public.orders (id bigint generated always as identity primary key, customer_id uuid references auth.users, guest_token text not null default gen_random_uuid()::text, total int);
create index on public.orders (customer_id);
create index on public.orders (guest_token);
alter table public.orders enable row level security;
create policy "guest" on public.orders for select to anon using (customer_id is null and guest_token = (select current_setting('request.headers', true)::json ->> 'x-order-token'));
create policy "own" on public.orders for select to authenticated using (customer_id = (select auth.uid()));
-- rows
insert into public.orders (guest_token, total) values ('secret', 1);
-- try
anon: select from public.orders
ann: select from public.orders
ok anon [request.headers={"x-order-token":"secret"}]: select from public.orders

-- open default privileges and a table without rls
alter default privileges in schema public grant select, insert, update, delete on tables to anon, authenticated;
create table public.coupons (code text primary key, percent int not null, used_by uuid references auth.users);
-- rows
insert into public.coupons values ('A', 10, null);
-- try
anon: select from public.coupons

-- open rls on without policy then disabled
create table public.coupons (code text primary key, percent int not null);
alter table public.coupons enable row level security;
grant select, insert, update, delete on public.coupons to anon, authenticated;
create policy "valid" on public.coupons for select to authenticated using (percent < 50);
alter table public.coupons disable row level security;
-- rows
insert into public.coupons values ('A', 10);
-- try
anon: select from public.coupons

-- open upsert of anothers settings
create table public.user_settings (user_id uuid primary key references auth.users, settings jsonb not null default '{}');
alter table public.user_settings enable row level security;
create policy "read" on public.user_settings for select to authenticated using (user_id = (select auth.uid()));
create policy "upsert" on public.user_settings for insert to authenticated with check (true);
create policy "upsert2" on public.user_settings for update to authenticated using (true);
-- rows
-- try
ann: insert into public.user_settings values (:bob, '{}')

-- sound upsert of own settings
create table public.user_settings (user_id uuid primary key default auth.uid() references auth.users, settings jsonb not null default '{}');
alter table public.user_settings enable row level security;
create policy "read" on public.user_settings for select to authenticated using (user_id = (select auth.uid()));
create policy "upsert" on public.user_settings for insert to authenticated with check (user_id = (select auth.uid()));
create policy "upsert2" on public.user_settings for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
-- rows
insert into public.user_settings values (:bob, '{}');
-- try
ann: insert into public.user_settings values (:bob, '{}') on conflict (user_id) do update set settings = '{"x": 1}'
ann: update public.user_settings set settings = '{}'
ok ann: insert into public.user_settings values (:ann, '{}') on conflict (user_id) do update set settings = '{"x": 1}'

-- sound comments on visible posts
create table public.posts (id bigint generated always as identity primary key, author_id uuid not null references auth.users, is_public boolean not null default false, body text);
create index on public.posts (author_id);
create table public.comments (id bigint generated always as identity primary key, post_id bigint not null references public.posts on delete cascade, author_id uuid not null default auth.uid() references auth.users, body text not null);
create index on public.comments (post_id);
create index on public.comments (author_id);
alter table public.posts enable row level security;
alter table public.comments enable row level security;
create policy "see posts" on public.posts for select to authenticated using (is_public or author_id = (select auth.uid()));
create policy "own posts" on public.posts for update to authenticated using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
create policy "see comments" on public.comments for select to authenticated using (exists (select 1 from public.posts p where p.id = comments.post_id));
create policy "comment" on public.comments for insert to authenticated with check (author_id = (select auth.uid()) and exists (select 1 from public.posts p where p.id = comments.post_id));
create policy "delete comment" on public.comments for delete to authenticated
  using (author_id = (select auth.uid()) or exists (select 1 from public.posts p where p.id = comments.post_id and p.author_id = (select auth.uid())));
-- rows
insert into public.posts (author_id, is_public) values (:bob, true), (:bob, false);
insert into public.comments (post_id, author_id, body) values (1, :bob, 'x'), (2, :bob, 'y');
-- try
ann: select from public.comments where post_id = 2
ann: insert into public.comments (post_id, body) values (2, 'x')
ann: insert into public.comments (post_id, author_id, body) values (1, :bob, 'x')
ann: delete from public.comments
ok ann: insert into public.comments (post_id, body) values (1, 'x')

-- open comments deleted by exists of any visible post
create table public.posts (id bigint generated always as identity primary key, author_id uuid not null references auth.users, is_public boolean not null default false, body text);
create index on public.posts (author_id);
create table public.comments (id bigint generated always as identity primary key, post_id bigint not null references public.posts on delete cascade, author_id uuid not null default auth.uid() references auth.users, body text not null);
create index on public.comments (post_id);
create index on public.comments (author_id);
alter table public.posts enable row level security;
alter table public.comments enable row level security;
create policy "see posts" on public.posts for select to authenticated using (is_public or author_id = (select auth.uid()));
create policy "comments" on public.comments for all to authenticated using (exists (select 1 from public.posts p where p.id = comments.post_id)) with check (author_id = (select auth.uid()));
-- rows
insert into public.posts (author_id, is_public) values (:bob, true);
insert into public.comments (post_id, author_id, body) values (1, :bob, 'x');
-- try
ann: delete from public.comments

-- sound classroom
create table public.courses (id bigint generated always as identity primary key, teacher_id uuid not null references auth.users, title text);
create index on public.courses (teacher_id);
create table public.enrollments (course_id bigint not null references public.courses, student_id uuid not null references auth.users, grade text, primary key (course_id, student_id));
create index on public.enrollments (student_id);
alter table public.courses enable row level security;
alter table public.enrollments enable row level security;
create policy "all courses" on public.courses for select to authenticated using (true);
create policy "teach" on public.courses for all to authenticated using (teacher_id = (select auth.uid())) with check (teacher_id = (select auth.uid()));
create policy "student" on public.enrollments for select to authenticated using (student_id = (select auth.uid()));
create policy "teacher" on public.enrollments for all to authenticated
  using (exists (select 1 from public.courses c where c.id = enrollments.course_id and c.teacher_id = (select auth.uid())))
  with check (exists (select 1 from public.courses c where c.id = enrollments.course_id and c.teacher_id = (select auth.uid())));
-- rows
insert into public.courses (teacher_id) values (:bob);
insert into public.enrollments values (1, :eve, 'A'), (1, :ann, 'F');
-- try
ann: select from public.enrollments where student_id <> :ann
ann: update public.enrollments set grade = 'A'
ann: insert into public.enrollments values (1, :ann, 'A') on conflict do nothing
ann: update public.courses set title = 'x'
ok bob: update public.enrollments set grade = 'B'

-- open student grades himself
create table public.courses (id bigint generated always as identity primary key, teacher_id uuid not null references auth.users, title text);
create index on public.courses (teacher_id);
create table public.enrollments (course_id bigint not null references public.courses, student_id uuid not null references auth.users, grade text, approved boolean not null default false, primary key (course_id, student_id));
create index on public.enrollments (student_id);
alter table public.courses enable row level security;
alter table public.enrollments enable row level security;
create policy "all courses" on public.courses for select to authenticated using (true);
create policy "student" on public.enrollments for all to authenticated using (student_id = (select auth.uid())) with check (student_id = (select auth.uid()));
-- rows
insert into public.courses (teacher_id) values (:bob);
-- try
ann: insert into public.enrollments values (1, :ann, 'A', true)

-- sound friends by pair
create table public.friendships (requester uuid not null references auth.users, addressee uuid not null references auth.users, status text not null default 'pending' check (status in ('pending', 'accepted')), primary key (requester, addressee));
create index on public.friendships (addressee);
alter table public.friendships enable row level security;
revoke update on public.friendships from anon, authenticated;
grant select, insert, delete, update (status) on public.friendships to authenticated;
create policy "see" on public.friendships for select to authenticated using ((select auth.uid()) = requester or (select auth.uid()) = addressee);
create policy "ask" on public.friendships for insert to authenticated with check ((select auth.uid()) = requester and status = 'pending');
create policy "accept" on public.friendships for update to authenticated using ((select auth.uid()) = addressee) with check ((select auth.uid()) = addressee);
create policy "end" on public.friendships for delete to authenticated using ((select auth.uid()) in (requester, addressee));
create table public.journals (id bigint generated always as identity primary key, user_id uuid not null references auth.users, body text);
create index on public.journals (user_id);
alter table public.journals enable row level security;
create policy "friends read" on public.journals for select to authenticated using (
  user_id = (select auth.uid()) or exists (
    select 1 from public.friendships f where f.status = 'accepted'
    and ((f.requester = journals.user_id and f.addressee = (select auth.uid())) or (f.addressee = journals.user_id and f.requester = (select auth.uid())))));
-- rows
insert into public.friendships values (:ann, :bob, 'pending'), (:bob, :eve, 'accepted');
insert into public.journals (user_id, body) values (:bob, 'x');
-- try
ann: select from public.journals
ann: update public.friendships set status = 'accepted'
ann: insert into public.friendships values (:eve, :ann, 'accepted')
ann: delete from public.friendships where requester = :bob
ok eve: select from public.journals
ok bob: update public.friendships set status = 'accepted' where requester = :ann

-- open friends journals without correlation in one branch
create table public.friendships (requester uuid not null references auth.users, addressee uuid not null references auth.users, status text not null default 'pending', primary key (requester, addressee));
create index on public.friendships (addressee);
alter table public.friendships enable row level security;
create policy "see" on public.friendships for select to authenticated using ((select auth.uid()) = requester or (select auth.uid()) = addressee);
create table public.journals (id bigint generated always as identity primary key, user_id uuid not null references auth.users, body text);
create index on public.journals (user_id);
alter table public.journals enable row level security;
create policy "friends read" on public.journals for select to authenticated using (
  exists (
    select 1 from public.friendships f where f.status = 'accepted'
    and (f.requester = journals.user_id and f.addressee = (select auth.uid()) or f.requester = (select auth.uid()))));
-- rows
insert into public.friendships values (:ann, :eve, 'accepted');
insert into public.journals (user_id, body) values (:bob, 'x');
-- try
ann: select from public.journals

-- open requester accepts his own request
create table public.friendships (requester uuid not null references auth.users, addressee uuid not null references auth.users, status text not null default 'pending', primary key (requester, addressee));
create index on public.friendships (addressee);
alter table public.friendships enable row level security;
create policy "see" on public.friendships for select to authenticated using ((select auth.uid()) = requester or (select auth.uid()) = addressee);
create policy "ask" on public.friendships for insert to authenticated with check ((select auth.uid()) = requester);
create table public.journals (id bigint generated always as identity primary key, user_id uuid not null references auth.users, body text);
create index on public.journals (user_id);
alter table public.journals enable row level security;
create policy "friends read" on public.journals for select to authenticated using (
  user_id in (select f.addressee from public.friendships f where f.requester = (select auth.uid()) and f.status = 'accepted'));
-- rows
insert into public.journals (user_id, body) values (:bob, 'x');
-- try
ann: insert into public.friendships values (:ann, :bob, 'accepted') ;; select from public.journals

-- sound public posts with likes counted and comment moderation
create table public.posts (id bigint generated always as identity primary key, user_id uuid not null default auth.uid() references auth.users, title text, is_published boolean not null default false);
create index on public.posts (user_id);
create table public.comments (id bigint generated always as identity primary key, post_id bigint not null references public.posts, user_id uuid not null default auth.uid() references auth.users, body text, is_hidden boolean not null default false);
create index on public.comments (post_id);
create index on public.comments (user_id);
alter table public.posts enable row level security;
alter table public.comments enable row level security;
create policy "published" on public.posts for select to anon, authenticated using (is_published);
create policy "own" on public.posts for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "visible comments" on public.comments for select to anon, authenticated using (not is_hidden and exists (select 1 from public.posts p where p.id = comments.post_id and p.is_published));
create policy "own comments" on public.comments for select to authenticated using (user_id = (select auth.uid()));
create policy "comment published" on public.comments for insert to authenticated with check (user_id = (select auth.uid()) and post_id in (select p.id from public.posts p where p.is_published));
create policy "author moderates" on public.comments for update to authenticated
  using (post_id in (select p.id from public.posts p where p.user_id = (select auth.uid())))
  with check (post_id in (select p.id from public.posts p where p.user_id = (select auth.uid())));
revoke update on public.comments from anon, authenticated;
grant update (is_hidden) on public.comments to authenticated;
-- rows
insert into public.posts (user_id, is_published) values (:bob, true), (:bob, false);
insert into public.comments (post_id, user_id, body) values (1, :bob, 'x'), (2, :bob, 'y');
-- try
ann: select from public.comments where post_id = 2
ann: update public.comments set is_hidden = true
ann: insert into public.comments (post_id, body) values (2, 'x')
ann: delete from public.comments
ok ann: insert into public.comments (post_id, body) values (1, 'x')
ok bob: update public.comments set is_hidden = true

-- sound blocks and mutes
create table public.blocks (blocker_id uuid not null default auth.uid() references auth.users, blocked_id uuid not null references auth.users, primary key (blocker_id, blocked_id));
create index on public.blocks (blocked_id);
create table public.stories (id bigint generated always as identity primary key, author_id uuid not null default auth.uid() references auth.users, body text);
create index on public.stories (author_id);
alter table public.blocks enable row level security;
alter table public.stories enable row level security;
create schema private; grant usage on schema private to authenticated;
create function private.is_blocked_by(author uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select 1 from public.blocks b where b.blocker_id = author and b.blocked_id = (select auth.uid())) $$;
create policy "own blocks" on public.blocks for all to authenticated using (blocker_id = (select auth.uid())) with check (blocker_id = (select auth.uid()));
create policy "stories are public except to blocked" on public.stories for select to authenticated using (not private.is_blocked_by(author_id));
create policy "own stories" on public.stories for insert to authenticated with check (author_id = (select auth.uid()));
create policy "delete stories" on public.stories for delete to authenticated using (author_id = (select auth.uid()));
-- rows
insert into public.blocks values (:bob, :ann);
insert into public.stories (author_id, body) values (:bob, 'x');
-- try
ann: select from public.stories
ann: delete from public.blocks
ann: insert into public.blocks values (:eve, :bob)
ann: insert into public.stories (author_id) values (:bob)
ok eve: select from public.stories

-- sound quiz attempts with submitted flag
create table public.quizzes (id bigint generated always as identity primary key, title text, is_open boolean not null default true);
create table public.attempts (id bigint generated always as identity primary key, quiz_id bigint not null references public.quizzes, user_id uuid not null default auth.uid() references auth.users, submitted_at timestamptz);
create index on public.attempts (quiz_id);
create index on public.attempts (user_id);
create table public.answers (id bigint generated always as identity primary key, attempt_id bigint not null references public.attempts on delete cascade, choice int not null);
create index on public.answers (attempt_id);
alter table public.quizzes enable row level security;
alter table public.attempts enable row level security;
alter table public.answers enable row level security;
create policy "open quizzes" on public.quizzes for select to authenticated using (is_open);
create policy "own attempts" on public.attempts for select to authenticated using (user_id = (select auth.uid()));
create policy "start" on public.attempts for insert to authenticated with check (user_id = (select auth.uid()) and quiz_id in (select q.id from public.quizzes q where q.is_open));
create policy "submit" on public.attempts for update to authenticated using (user_id = (select auth.uid()) and submitted_at is null) with check (user_id = (select auth.uid()));
create policy "own answers" on public.answers for select to authenticated using (exists (select 1 from public.attempts a where a.id = answers.attempt_id and a.user_id = (select auth.uid())));
create policy "answer" on public.answers for insert to authenticated with check (exists (select 1 from public.attempts a where a.id = answers.attempt_id and a.user_id = (select auth.uid()) and a.submitted_at is null));
-- rows
insert into public.quizzes (title) values ('q');
insert into public.attempts (quiz_id, user_id) values (1, :bob);
insert into public.answers (attempt_id, choice) values (1, 1);
-- try
ann: select from public.answers
ann: insert into public.answers (attempt_id, choice) values (1, 2)
ann: update public.attempts set submitted_at = now()
ok bob: insert into public.answers (attempt_id, choice) values (1, 2)

-- sound subscriptions written by the server
create table public.subscriptions (user_id uuid primary key references auth.users on delete cascade, status text not null, current_period_end timestamptz not null);
alter table public.subscriptions enable row level security;
create policy "Can only view own subs data." on public.subscriptions for select to authenticated using ((select auth.uid()) = user_id);
create table public.premium_content (id bigint generated always as identity primary key, body text);
alter table public.premium_content enable row level security;
create policy "subscribers" on public.premium_content for select to authenticated
  using (exists (select 1 from public.subscriptions s where s.user_id = (select auth.uid()) and s.status in ('trialing', 'active') and s.current_period_end > now()));
-- rows
insert into public.premium_content (body) values ('x');
-- try
ann: select from public.premium_content
ann: insert into public.subscriptions values (:ann, 'active', '2999-01-01')

-- open subscriptions written by the client
create table public.subscriptions (user_id uuid primary key references auth.users on delete cascade, state text not null, current_period_end timestamptz not null);
alter table public.subscriptions enable row level security;
create policy "own" on public.subscriptions for select to authenticated using ((select auth.uid()) = user_id);
create policy "insert own" on public.subscriptions for insert to authenticated with check ((select auth.uid()) = user_id);
create table public.premium_content (id bigint generated always as identity primary key, body text);
alter table public.premium_content enable row level security;
create policy "subscribers" on public.premium_content for select to authenticated
  using (exists (select 1 from public.subscriptions s where s.user_id = (select auth.uid()) and s.state = 'active' and s.current_period_end > now()));
-- rows
insert into public.premium_content (body) values ('x');
-- try
ann: insert into public.subscriptions values (:ann, 'active', '2999-01-01') ;; select from public.premium_content

-- sound device tokens and api keys
create table public.device_tokens (token text primary key, user_id uuid not null default auth.uid() references auth.users on delete cascade);
create index on public.device_tokens (user_id);
alter table public.device_tokens enable row level security;
create policy "own devices" on public.device_tokens for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create table public.api_keys (id uuid primary key default gen_random_uuid(), user_id uuid not null default auth.uid() references auth.users on delete cascade, key_hash text not null unique, revoked_at timestamptz);
create index on public.api_keys (user_id);
alter table public.api_keys enable row level security;
revoke all on public.api_keys from anon, authenticated;
grant select (id, user_id, revoked_at), update (revoked_at) on public.api_keys to authenticated;
create policy "own keys" on public.api_keys for select to authenticated using (user_id = (select auth.uid()));
create policy "revoke keys" on public.api_keys for update to authenticated using (user_id = (select auth.uid()) and revoked_at is null) with check (user_id = (select auth.uid()));
-- rows
insert into public.device_tokens values ('t', :bob);
insert into public.api_keys (user_id, key_hash) values (:bob, 'x');
-- try
ann: select from public.device_tokens
ann: insert into public.device_tokens values ('u', :bob)
ann: select id from public.api_keys
ann: select key_hash from public.api_keys
ok ann: insert into public.device_tokens (token) values ('u')

-- sound events with rsvps and hosts
create table public.events (id uuid primary key default gen_random_uuid(), host_id uuid not null default auth.uid() references auth.users, title text, visibility text not null default 'private' check (visibility in ('public', 'private')));
create index on public.events (host_id);
create table public.event_guests (event_id uuid not null references public.events on delete cascade, user_id uuid not null references auth.users on delete cascade, response text check (response in ('yes', 'no', 'maybe')), primary key (event_id, user_id));
create index on public.event_guests (user_id);
alter table public.events enable row level security;
alter table public.event_guests enable row level security;
create schema private; grant usage on schema private to authenticated;
create function private.is_guest(event uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select 1 from public.event_guests g where g.event_id = event and g.user_id = auth.uid()) $$;
create function private.is_host(event uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select 1 from public.events e where e.id = event and e.host_id = auth.uid()) $$;
create policy "see events" on public.events for select to authenticated using (visibility = 'public' or host_id = (select auth.uid()) or private.is_guest(id));
create policy "host events" on public.events for insert to authenticated with check (host_id = (select auth.uid()));
create policy "change events" on public.events for update to authenticated using (host_id = (select auth.uid())) with check (host_id = (select auth.uid()));
create policy "see guests" on public.event_guests for select to authenticated using (user_id = (select auth.uid()) or private.is_host(event_id));
create policy "invite" on public.event_guests for insert to authenticated with check (private.is_host(event_id) and response is null);
create policy "respond" on public.event_guests for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
revoke update on public.event_guests from anon, authenticated;
grant update (response) on public.event_guests to authenticated;
-- rows
insert into public.events (id, host_id) values (:o1, :bob), (:o2, :bob);
insert into public.event_guests values (:o1, :ann, null), (:o1, :eve, null);
-- try
ann: select from public.events where id = :o2
ann: insert into public.event_guests values (:o2, :ann, null)
ann: update public.event_guests set response = 'yes' where user_id <> :ann
ann: select from public.event_guests where user_id = :eve
ok ann: update public.event_guests set response = 'yes'

-- sound public events joined freely
create table public.events (id uuid primary key default gen_random_uuid(), host_id uuid not null default auth.uid() references auth.users, title text, is_public boolean not null default false);
create index on public.events (host_id);
create table public.attendees (event_id uuid not null references public.events on delete cascade, user_id uuid not null default auth.uid() references auth.users on delete cascade, primary key (event_id, user_id));
create index on public.attendees (user_id);
create table public.event_photos (id bigint generated always as identity primary key, event_id uuid not null references public.events on delete cascade, url text);
create index on public.event_photos (event_id);
alter table public.events enable row level security;
alter table public.attendees enable row level security;
alter table public.event_photos enable row level security;
create policy "see" on public.events for select to authenticated using (is_public or host_id = (select auth.uid()));
create policy "own" on public.attendees for select to authenticated using (user_id = (select auth.uid()));
create policy "join public" on public.attendees for insert to authenticated
  with check (user_id = (select auth.uid()) and exists (select 1 from public.events e where e.id = attendees.event_id and e.is_public));
create policy "photos" on public.event_photos for select to authenticated
  using (event_id in (select a.event_id from public.attendees a where a.user_id = (select auth.uid())));
-- rows
insert into public.events (id, host_id, is_public) values (:o1, :bob, true), (:o2, :bob, false);
insert into public.event_photos (event_id, url) values (:o2, 'x');
-- try
ann: insert into public.attendees values (:o2, :ann)
ann: insert into public.attendees values (:o1, :eve)
ann: select from public.event_photos
ok ann: insert into public.attendees values (:o1, :ann)

-- sound cart and inventory
create table public.products (id bigint generated always as identity primary key, name text, price int not null, stock int not null default 0, active boolean not null default true);
alter table public.products enable row level security;
create policy "active products" on public.products for select to anon, authenticated using (active);
create policy "admins" on public.products for all to authenticated using ((select auth.jwt() -> 'app_metadata' ->> 'role') = 'admin') with check ((select auth.jwt() -> 'app_metadata' ->> 'role') = 'admin');
create table public.carts (id uuid primary key default gen_random_uuid(), user_id uuid not null unique default auth.uid() references auth.users);
alter table public.carts enable row level security;
create policy "own cart" on public.carts for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create table public.cart_items (cart_id uuid not null references public.carts on delete cascade, product_id bigint not null references public.products, quantity int not null check (quantity > 0), primary key (cart_id, product_id));
create index on public.cart_items (product_id);
alter table public.cart_items enable row level security;
create policy "own items" on public.cart_items for all to authenticated
  using (cart_id in (select c.id from public.carts c where c.user_id = (select auth.uid())))
  with check (cart_id in (select c.id from public.carts c where c.user_id = (select auth.uid())));
-- rows
insert into public.products (name, price) values ('a', 1);
insert into public.carts values (:o2, :bob);
insert into public.cart_items values (:o2, 1, 1);
-- try
ann: select from public.cart_items
ann: insert into public.cart_items values (:o2, 1, 1)
ann: update public.products set price = 0
ann: select from public.carts

-- sound two sided marketplace chat
create table public.listings (id bigint generated always as identity primary key, seller_id uuid not null default auth.uid() references auth.users, title text, status text not null default 'active');
create index on public.listings (seller_id);
create table public.conversations (id bigint generated always as identity primary key, listing_id bigint not null references public.listings, buyer_id uuid not null default auth.uid() references auth.users, unique (listing_id, buyer_id));
create index on public.conversations (buyer_id);
create table public.messages (id bigint generated always as identity primary key, conversation_id bigint not null references public.conversations, sender_id uuid not null default auth.uid() references auth.users, body text);
create index on public.messages (conversation_id);
create index on public.messages (sender_id);
alter table public.listings enable row level security;
alter table public.conversations enable row level security;
alter table public.messages enable row level security;
create policy "active listings" on public.listings for select to anon, authenticated using (status = 'active');
create policy "own listings" on public.listings for all to authenticated using (seller_id = (select auth.uid())) with check (seller_id = (select auth.uid()));
create policy "parties" on public.conversations for select to authenticated
  using (buyer_id = (select auth.uid()) or exists (select 1 from public.listings l where l.id = conversations.listing_id and l.seller_id = (select auth.uid())));
create policy "buyer starts" on public.conversations for insert to authenticated
  with check (buyer_id = (select auth.uid()) and exists (select 1 from public.listings l where l.id = conversations.listing_id and l.status = 'active' and l.seller_id <> (select auth.uid())));
create policy "read messages" on public.messages for select to authenticated using (exists (select 1 from public.conversations c where c.id = messages.conversation_id));
create policy "send messages" on public.messages for insert to authenticated
  with check (sender_id = (select auth.uid()) and exists (select 1 from public.conversations c where c.id = messages.conversation_id));
-- rows
insert into public.listings (seller_id, title) values (:bob, 'bike');
insert into public.conversations (listing_id, buyer_id) values (1, :eve);
insert into public.messages (conversation_id, sender_id, body) values (1, :eve, 'hi');
-- try
ann: select from public.messages
ann: select from public.conversations
ann: insert into public.messages (conversation_id, body) values (1, 'x')
ann: insert into public.conversations (listing_id, buyer_id) values (1, :bob)
ann: update public.listings set title = 'x'
ok ann: insert into public.conversations (listing_id) values (1)

-- sound form responses to public forms
create table public.forms (id uuid primary key default gen_random_uuid(), owner_id uuid not null default auth.uid() references auth.users, is_open boolean not null default true);
create index on public.forms (owner_id);
create table public.responses (id bigint generated always as identity primary key, form_id uuid not null references public.forms, answers jsonb not null);
create index on public.responses (form_id);
alter table public.forms enable row level security;
alter table public.responses enable row level security;
create policy "open forms" on public.forms for select to anon, authenticated using (is_open);
create policy "own forms" on public.forms for all to authenticated using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy "respond" on public.responses for insert to anon, authenticated with check (exists (select 1 from public.forms f where f.id = responses.form_id and f.is_open));
create policy "owner reads" on public.responses for select to authenticated using (exists (select 1 from public.forms f where f.id = responses.form_id and f.owner_id = (select auth.uid())));
-- rows
insert into public.forms (id, owner_id) values (:o2, :bob);
insert into public.responses (form_id, answers) values (:o2, '{}');
-- try
ann: select from public.responses
ann: update public.forms set is_open = false
anon: select from public.responses
ok anon: insert into public.responses (form_id, answers) values (:o2, '{}')

-- sound votes with poll window
create table public.polls (id bigint generated always as identity primary key, created_by uuid not null default auth.uid() references auth.users, closes_at timestamptz not null);
create index on public.polls (created_by);
create table public.votes (poll_id bigint not null references public.polls, voter_id uuid not null default auth.uid() references auth.users, choice int not null, primary key (poll_id, voter_id));
create index on public.votes (voter_id);
alter table public.polls enable row level security;
alter table public.votes enable row level security;
create policy "polls" on public.polls for select to authenticated using (true);
create policy "new poll" on public.polls for insert to authenticated with check (created_by = (select auth.uid()));
create policy "own votes" on public.votes for select to authenticated using (voter_id = (select auth.uid()));
create policy "vote" on public.votes for insert to authenticated
  with check (voter_id = (select auth.uid()) and (select p.closes_at from public.polls p where p.id = votes.poll_id) > now());
create policy "change vote" on public.votes for update to authenticated
  using (voter_id = (select auth.uid()))
  with check (voter_id = (select auth.uid()) and (select p.closes_at from public.polls p where p.id = votes.poll_id) > now());
-- rows
insert into public.polls (created_by, closes_at) values (:bob, now() + interval '1 day'), (:bob, now() - interval '1 day');
insert into public.votes values (1, :bob, 1);
-- try
ann: select from public.votes
ann: insert into public.votes values (1, :eve, 1)
ann: insert into public.votes values (2, :ann, 1)
ann: update public.votes set choice = 2
ok ann: insert into public.votes values (1, :ann, 1)

-- sound rooms with owner or public and messages for all of them
create table public.rooms (id uuid primary key default gen_random_uuid(), owner_id uuid not null default auth.uid() references auth.users, is_private boolean not null default true);
create index on public.rooms (owner_id);
create table public.room_messages (id bigint generated always as identity primary key, room_id uuid not null references public.rooms, user_id uuid not null default auth.uid() references auth.users, content text);
create index on public.room_messages (room_id);
create index on public.room_messages (user_id);
alter table public.rooms enable row level security;
alter table public.room_messages enable row level security;
create policy "rooms" on public.rooms for select to authenticated using (not is_private or owner_id = (select auth.uid()));
create policy "own rooms" on public.rooms for update to authenticated using (owner_id = (select auth.uid()));
create policy "read" on public.room_messages for select to authenticated using (room_id in (select r.id from public.rooms r));
create policy "write" on public.room_messages for insert to authenticated with check (user_id = (select auth.uid()) and room_id in (select r.id from public.rooms r));
create policy "edit" on public.room_messages for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()) and room_id in (select r.id from public.rooms r));
create policy "owner deletes" on public.room_messages for delete to authenticated using (user_id = (select auth.uid()) or room_id in (select r.id from public.rooms r where r.owner_id = (select auth.uid())));
-- rows
insert into public.rooms values (:o1, :bob, false), (:o2, :bob, true);
insert into public.room_messages (room_id, user_id, content) values (:o1, :bob, 'x'), (:o2, :bob, 'y');
-- try
ann: select from public.room_messages where room_id = :o2
ann: delete from public.room_messages
ann: update public.room_messages set content = 'z'
ann: insert into public.room_messages (room_id) values (:o2)
ok ann: insert into public.room_messages (room_id) values (:o1)

-- open insert into audit of others
create table public.audit_log (id bigint generated always as identity primary key, actor_id uuid not null references auth.users, action text not null);
create index on public.audit_log (actor_id);
alter table public.audit_log enable row level security;
create policy "read own" on public.audit_log for select to authenticated using (actor_id = (select auth.uid()));
create policy "log" on public.audit_log for insert to authenticated with check (action is not null);
-- rows
-- try
ann: insert into public.audit_log (actor_id, action) values (:bob, 'x')

-- open share link public by exists
create table public.albums (id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users);
create index on public.albums (owner_id);
create table public.album_links (token text primary key, album_id uuid not null references public.albums);
create index on public.album_links (album_id);
alter table public.albums enable row level security;
alter table public.album_links enable row level security;
create policy "links" on public.album_links for select to anon, authenticated using (true);
create policy "own" on public.albums for all to authenticated using (owner_id = (select auth.uid()));
create policy "shared" on public.albums for update to anon, authenticated using (exists (select 1 from public.album_links l where l.album_id = albums.id));
create policy "shared read" on public.albums for select to anon, authenticated using (exists (select 1 from public.album_links l where l.album_id = albums.id));
-- rows
insert into public.albums values (:o2, :bob);
insert into public.album_links values ('t', :o2);
-- try
ann: update public.albums set owner_id = :ann

-- sound follow to read followers-only posts of public people
create table public.people (id uuid primary key references auth.users, is_public boolean not null default true);
alter table public.people enable row level security;
create policy "people" on public.people for select to authenticated using (true);
create policy "self" on public.people for update to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
create table public.follow_edges (follower uuid not null default auth.uid() references public.people, followee uuid not null references public.people, primary key (follower, followee));
create index on public.follow_edges (followee);
alter table public.follow_edges enable row level security;
create policy "see own edges" on public.follow_edges for select to authenticated using ((select auth.uid()) in (follower, followee));
create policy "follow public people" on public.follow_edges for insert to authenticated
  with check (follower = (select auth.uid()) and exists (select 1 from public.people p where p.id = follow_edges.followee and p.is_public));
create policy "unfollow" on public.follow_edges for delete to authenticated using ((select auth.uid()) in (follower, followee));
create table public.notes (id bigint generated always as identity primary key, author uuid not null default auth.uid() references public.people, body text);
create index on public.notes (author);
alter table public.notes enable row level security;
create policy "followers" on public.notes for select to authenticated
  using (author = (select auth.uid()) or exists (select 1 from public.follow_edges f where f.follower = (select auth.uid()) and f.followee = notes.author));
create policy "write" on public.notes for insert to authenticated with check (author = (select auth.uid()));
-- rows
insert into public.people values (:ann, true), (:eve, true), (:bob, false);
insert into public.notes (author, body) values (:bob, 'x');
-- try
ann: insert into public.follow_edges values (:ann, :bob)
ann: select from public.notes
ann: insert into public.follow_edges values (:eve, :ann)
ok ann: insert into public.follow_edges values (:ann, :eve)

-- open update own row may hand over to another and group unchecked
create table public.vehicles (id bigint generated always as identity primary key, owner_id uuid not null references auth.users, plate text);
create index on public.vehicles (owner_id);
alter table public.vehicles enable row level security;
create policy "own" on public.vehicles for select to authenticated using (owner_id = (select auth.uid()));
create policy "edit" on public.vehicles for update to authenticated using (owner_id = (select auth.uid())) with check (plate is not null);
-- rows
insert into public.vehicles (owner_id, plate) values (:ann, 'x');
-- try
ann: update public.vehicles set owner_id = :bob

-- open tagging others' items
create table public.items (id bigint generated always as identity primary key, owner_id uuid not null references auth.users, name text);
create index on public.items (owner_id);
create table public.item_tags (item_id bigint not null references public.items on delete cascade, tag text not null, primary key (item_id, tag));
alter table public.items enable row level security;
alter table public.item_tags enable row level security;
create policy "own" on public.items for all to authenticated using (owner_id = (select auth.uid()));
create policy "tags" on public.item_tags for all to authenticated using (exists (select 1 from public.items i where i.owner_id = (select auth.uid())));
-- rows
insert into public.items (owner_id) values (:ann), (:bob);
insert into public.item_tags values (2, 'x');
-- try
ann: delete from public.item_tags where item_id = 2

-- sound tags of own items, by array and join
create table public.items (id bigint generated always as identity primary key, owner_id uuid not null references auth.users, name text);
create index on public.items (owner_id);
create table public.tags (id bigint generated always as identity primary key, owner_id uuid not null references auth.users, label text);
create index on public.tags (owner_id);
create table public.item_tags (item_id bigint not null references public.items on delete cascade, tag_id bigint not null references public.tags on delete cascade, primary key (item_id, tag_id));
create index on public.item_tags (tag_id);
alter table public.items enable row level security;
alter table public.tags enable row level security;
alter table public.item_tags enable row level security;
create policy "own" on public.items for all to authenticated using (owner_id = (select auth.uid()));
create policy "own" on public.tags for all to authenticated using (owner_id = (select auth.uid()));
create policy "both own" on public.item_tags for all to authenticated
  using (exists (select 1 from public.items i join public.tags t on t.owner_id = i.owner_id where i.id = item_tags.item_id and t.id = item_tags.tag_id and i.owner_id = (select auth.uid())));
-- rows
insert into public.items (owner_id) values (:ann), (:bob);
insert into public.tags (owner_id) values (:ann), (:bob);
insert into public.item_tags values (2, 2);
-- try
ann: delete from public.item_tags where item_id = 2
ann: insert into public.item_tags values (1, 2)
ann: insert into public.item_tags values (2, 1)
ok ann: insert into public.item_tags values (1, 1)

-- open column default hides that sender can be set
create table public.threads (id uuid primary key default gen_random_uuid(), a uuid not null references auth.users, b uuid not null references auth.users);
create index on public.threads (a);
create index on public.threads (b);
create table public.thread_messages (id bigint generated always as identity primary key, thread_id uuid not null references public.threads, author_id uuid default auth.uid() references auth.users, body text);
create index on public.thread_messages (thread_id);
create index on public.thread_messages (author_id);
alter table public.threads enable row level security;
alter table public.thread_messages enable row level security;
create policy "parties" on public.threads for select to authenticated using ((select auth.uid()) in (a, b));
create policy "read" on public.thread_messages for select to authenticated using (thread_id in (select t.id from public.threads t where (select auth.uid()) in (t.a, t.b)));
create policy "send" on public.thread_messages for insert to authenticated with check (thread_id in (select t.id from public.threads t where (select auth.uid()) in (t.a, t.b)));
-- rows
insert into public.threads values (:o1, :ann, :bob);
-- try
ann: insert into public.thread_messages (thread_id, author_id) values (:o1, :bob)

-- sound sender set by trigger
create table public.threads (id uuid primary key default gen_random_uuid(), a uuid not null references auth.users, b uuid not null references auth.users);
create index on public.threads (a);
create index on public.threads (b);
create table public.thread_messages (id bigint generated always as identity primary key, thread_id uuid not null references public.threads, author_id uuid not null default auth.uid() references auth.users, body text);
create index on public.thread_messages (thread_id);
create index on public.thread_messages (author_id);
alter table public.threads enable row level security;
alter table public.thread_messages enable row level security;
create function public.set_author() returns trigger language plpgsql set search_path = '' as $$ begin new.author_id := auth.uid(); return new; end $$;
create trigger set_author before insert on public.thread_messages for each row execute function public.set_author();
create policy "parties" on public.threads for select to authenticated using ((select auth.uid()) in (a, b));
create policy "read" on public.thread_messages for select to authenticated using (thread_id in (select t.id from public.threads t where (select auth.uid()) in (t.a, t.b)));
create policy "send" on public.thread_messages for insert to authenticated with check (thread_id in (select t.id from public.threads t where (select auth.uid()) in (t.a, t.b)));
-- rows
insert into public.threads values (:o1, :ann, :bob), (:o2, :bob, :eve);
-- try
ann: insert into public.thread_messages (thread_id) values (:o2)
ann: select from public.threads where id = :o2
ok ann: insert into public.thread_messages (thread_id, author_id) values (:o1, :bob)

-- sound own preferences with theme and plan note
create table public.lesson_plans (id bigint generated always as identity primary key, teacher_id uuid not null default auth.uid() references auth.users, plan text, tier int);
create index on public.lesson_plans (teacher_id);
alter table public.lesson_plans enable row level security;
create policy own on public.lesson_plans for all to authenticated using (teacher_id = (select auth.uid())) with check (teacher_id = (select auth.uid()));
create table public.bills (id bigint generated always as identity primary key, user_id uuid not null default auth.uid() references auth.users, is_paid boolean not null default false, amount numeric);
create index on public.bills (user_id);
alter table public.bills enable row level security;
create policy own on public.bills for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
-- rows
insert into public.lesson_plans (teacher_id) values (:bob);
insert into public.bills (user_id) values (:bob);
-- try
ann: select from public.lesson_plans
ann: update public.bills set is_paid = true
ann: insert into public.bills (user_id) values (:bob)
ok ann: insert into public.bills (amount) values (1)

-- open soft delete flag lets others restore
create table public.items (id bigint generated always as identity primary key, user_id uuid not null default auth.uid() references auth.users, is_deleted boolean not null default false);
create index on public.items (user_id);
alter table public.items enable row level security;
create policy "not deleted" on public.items for select to authenticated using (not is_deleted);
create policy "own" on public.items for update to authenticated using (user_id = (select auth.uid()) and not is_deleted);
create policy "add" on public.items for insert to authenticated with check (not is_deleted);
-- rows
insert into public.items (user_id) values (:bob);
-- try
ann: insert into public.items (user_id) values (:bob)

-- open time window lets anyone edit recent rows
create table public.posts (id bigint generated always as identity primary key, author_id uuid not null default auth.uid() references auth.users, body text, created_at timestamptz not null default now());
create index on public.posts (author_id);
alter table public.posts enable row level security;
create policy "read" on public.posts for select to authenticated using (true);
create policy "edit within an hour" on public.posts for update to authenticated using (created_at > now() - interval '1 hour');
create policy "write" on public.posts for insert to authenticated with check (author_id = (select auth.uid()));
-- rows
insert into public.posts (author_id) values (:bob);
-- try
ann: update public.posts set body = 'x'

-- sound time window on own rows
create table public.posts (id bigint generated always as identity primary key, author_id uuid not null default auth.uid() references auth.users, body text, created_at timestamptz not null default now());
create index on public.posts (author_id);
alter table public.posts enable row level security;
create policy "read" on public.posts for select to authenticated using (true);
create policy "edit within an hour" on public.posts for update to authenticated using (author_id = (select auth.uid()) and created_at > now() - interval '1 hour') with check (author_id = (select auth.uid()));
create policy "write" on public.posts for insert to authenticated with check (author_id = (select auth.uid()));
-- rows
insert into public.posts (author_id) values (:bob);
-- try
ann: update public.posts set body = 'x'
ann: update public.posts set author_id = :ann
ann: insert into public.posts (author_id) values (:bob)

-- open grant all on all tables with one table unprotected
create table public.a (id bigint generated always as identity primary key, user_id uuid not null default auth.uid());
create index on public.a (user_id);
create table public.b (id bigint generated always as identity primary key, user_id uuid not null default auth.uid());
create index on public.b (user_id);
alter table public.a enable row level security;
create policy own on public.a for all to authenticated using (user_id = (select auth.uid()));
grant all on all tables in schema public to authenticated;
-- rows
insert into public.b (user_id) values (:bob);
-- try
ann: delete from public.b

-- sound clerk text ids
CREATE TABLE public.tasks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id text NOT NULL DEFAULT (auth.jwt() ->> 'sub'), name text NOT NULL);
CREATE INDEX ON public.tasks (user_id);
ALTER TABLE public.tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY "User can view their own tasks" ON public.tasks FOR SELECT TO authenticated USING (((SELECT auth.jwt() ->> 'sub') = user_id));
CREATE POLICY "Users must insert their own tasks" ON public.tasks AS PERMISSIVE FOR INSERT TO authenticated WITH CHECK (((SELECT auth.jwt() ->> 'sub') = user_id));
CREATE POLICY "Users change their own tasks" ON public.tasks FOR UPDATE TO authenticated USING (((SELECT auth.jwt() ->> 'sub') = user_id)) WITH CHECK (((SELECT auth.jwt() ->> 'sub') = user_id));
-- rows
INSERT INTO public.tasks (user_id, name) VALUES (:bob, 'x');
-- try
ann: select from public.tasks
ann: insert into public.tasks (user_id, name) values (:bob, 'y')
ann: update public.tasks set name = 'z'
ok ann: insert into public.tasks (name) values ('y')

-- open clerk update may give away and insert unbound
CREATE TABLE public.tasks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id text NOT NULL DEFAULT (auth.jwt() ->> 'sub'), name text NOT NULL);
CREATE INDEX ON public.tasks (user_id);
ALTER TABLE public.tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY "View own" ON public.tasks FOR SELECT TO authenticated USING (((SELECT auth.jwt() ->> 'sub') = user_id));
CREATE POLICY "Insert" ON public.tasks FOR INSERT TO authenticated WITH CHECK ((SELECT auth.jwt() ->> 'sub') IS NOT NULL);
-- rows
SELECT 1;
-- try
ann: insert into public.tasks (user_id, name) values (:bob, 'y')

-- open member list in the row, anyone adds himself
CREATE TABLE public.boards (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id uuid NOT NULL REFERENCES auth.users, member_ids uuid[] NOT NULL DEFAULT '{}', is_open boolean NOT NULL DEFAULT false);
CREATE INDEX ON public.boards (owner_id);
ALTER TABLE public.boards ENABLE ROW LEVEL SECURITY;
CREATE POLICY "see" ON public.boards FOR SELECT TO authenticated USING (is_open OR owner_id = (SELECT auth.uid()) OR (SELECT auth.uid()) = ANY (member_ids));
CREATE POLICY "join" ON public.boards FOR UPDATE TO authenticated USING (is_open) WITH CHECK ((SELECT auth.uid()) = ANY (member_ids));
-- rows
INSERT INTO public.boards (owner_id, is_open) VALUES (:bob, true);
-- try
ann: update public.boards set owner_id = :ann, member_ids = array[:ann::uuid]

-- sound member list in the row, owner writes
CREATE TABLE public.boards (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users, member_ids uuid[] NOT NULL DEFAULT '{}');
CREATE INDEX ON public.boards (owner_id);
ALTER TABLE public.boards ENABLE ROW LEVEL SECURITY;
CREATE POLICY "see" ON public.boards FOR SELECT TO authenticated USING (owner_id = (SELECT auth.uid()) OR member_ids @> ARRAY[(SELECT auth.uid())]);
CREATE POLICY "write" ON public.boards FOR ALL TO authenticated USING (owner_id = (SELECT auth.uid())) WITH CHECK (owner_id = (SELECT auth.uid()));
-- rows
INSERT INTO public.boards (owner_id) VALUES (:bob), (:eve);
-- try
ann: select from public.boards
ann: update public.boards set member_ids = array[:ann::uuid]
ok ann: insert into public.boards default values

-- sound workspace chain of three
CREATE TABLE public.accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
CREATE TABLE public.account_user (account_id uuid NOT NULL REFERENCES public.accounts, user_id uuid NOT NULL REFERENCES auth.users, account_role text NOT NULL DEFAULT 'member', PRIMARY KEY (account_id, user_id));
CREATE INDEX ON public.account_user (user_id);
CREATE TABLE public.workspaces (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), account_id uuid NOT NULL REFERENCES public.accounts);
CREATE INDEX ON public.workspaces (account_id);
CREATE TABLE public.pages (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), workspace_id uuid NOT NULL REFERENCES public.workspaces);
CREATE INDEX ON public.pages (workspace_id);
CREATE TABLE public.blocks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), page_id uuid NOT NULL REFERENCES public.pages);
CREATE INDEX ON public.blocks (page_id);
ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.account_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.pages ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.blocks ENABLE ROW LEVEL SECURITY;
CREATE SCHEMA basejump;
GRANT USAGE ON SCHEMA basejump TO authenticated;
CREATE FUNCTION basejump.has_role_on_account(account_id uuid, account_role text DEFAULT NULL) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  select exists (select 1 from public.account_user wu where wu.user_id = (select auth.uid()) and wu.account_id = has_role_on_account.account_id and (wu.account_role = has_role_on_account.account_role or has_role_on_account.account_role is null))
$$;
CREATE POLICY "Accounts are viewable by members" ON public.accounts FOR SELECT TO authenticated USING (basejump.has_role_on_account(id));
CREATE POLICY "Users can view their own account_users" ON public.account_user FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Account owners delete users" ON public.account_user FOR DELETE TO authenticated USING (basejump.has_role_on_account(account_id, 'owner') AND user_id <> (SELECT auth.uid()));
CREATE POLICY "ws" ON public.workspaces FOR ALL TO authenticated USING (basejump.has_role_on_account(account_id));
CREATE POLICY "pages" ON public.pages FOR ALL TO authenticated USING (EXISTS (SELECT 1 FROM public.workspaces w WHERE w.id = pages.workspace_id AND basejump.has_role_on_account(w.account_id)));
CREATE POLICY "blocks" ON public.blocks FOR ALL TO authenticated USING (page_id IN (SELECT p.id FROM public.pages p JOIN public.workspaces w ON w.id = p.workspace_id JOIN public.account_user au ON au.account_id = w.account_id WHERE au.user_id = (SELECT auth.uid())));
-- rows
INSERT INTO public.accounts VALUES (:o1, 'a'), (:o2, 'b');
INSERT INTO public.account_user VALUES (:o1, :ann, 'member'), (:o1, :eve, 'owner'), (:o2, :bob, 'owner');
INSERT INTO public.workspaces VALUES (:o1, :o1), (:o2, :o2);
INSERT INTO public.pages VALUES (:o1, :o1), (:o2, :o2);
INSERT INTO public.blocks VALUES (:o1, :o1), (:o2, :o2);
-- try
ann: select from public.blocks where id = :o2
ann: update public.blocks set page_id = :o2
ann: update public.pages set workspace_id = :o2
ann: select from public.workspaces where id = :o2
ann: delete from public.account_user
ok ann: select from public.blocks where id = :o1

-- open altered policy loses its owner
CREATE TABLE public.drafts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, author uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users, body text);
CREATE INDEX ON public.drafts (author);
ALTER TABLE public.drafts ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own drafts" ON public.drafts FOR ALL TO authenticated USING (author = (SELECT auth.uid()));
ALTER POLICY "own drafts" ON public.drafts USING ((SELECT auth.uid()) IS NOT NULL);
-- rows
INSERT INTO public.drafts (author) VALUES (:bob);
-- try
ann: delete from public.drafts

-- sound altered policy regains its owner
CREATE TABLE public.drafts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, author uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users, body text);
CREATE INDEX ON public.drafts (author);
ALTER TABLE public.drafts ENABLE ROW LEVEL SECURITY;
CREATE POLICY "drafts" ON public.drafts FOR ALL USING (true);
ALTER POLICY "drafts" ON public.drafts TO authenticated USING (author = (SELECT auth.uid())) WITH CHECK (author = (SELECT auth.uid()));
ALTER POLICY "drafts" ON public.drafts RENAME TO "own drafts";
-- rows
INSERT INTO public.drafts (author) VALUES (:bob);
-- try
ann: delete from public.drafts
ann: insert into public.drafts (author) values (:bob)
anon: select from public.drafts

-- sound policies made in a loop
CREATE TABLE public.meals (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users);
CREATE INDEX ON public.meals (user_id);
CREATE TABLE public.weights (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users, kg numeric);
CREATE INDEX ON public.weights (user_id);
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['meals', 'weights'] LOOP
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON public.%I FOR ALL TO authenticated USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()))', t || '_own', t);
  END LOOP;
END $$;
-- rows
INSERT INTO public.meals (user_id) VALUES (:bob);
INSERT INTO public.weights (user_id) VALUES (:bob);
-- try
ann: select from public.meals
ann: delete from public.weights
ann: insert into public.meals (user_id) values (:bob)

-- open waitlist readable by everyone
CREATE TABLE public.waitlist (email text PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now());
ALTER TABLE public.waitlist ENABLE ROW LEVEL SECURITY;
CREATE POLICY "join" ON public.waitlist FOR ALL TO anon, authenticated USING (true) WITH CHECK (true);
-- rows
INSERT INTO public.waitlist (email) VALUES ('bob@example.org');
-- try
anon: delete from public.waitlist

-- sound translated content and settings
CREATE TABLE public.locales (code text PRIMARY KEY);
ALTER TABLE public.locales ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Public read access" ON public.locales FOR SELECT TO anon, authenticated USING (true);
CREATE TABLE public.faq (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, locale text NOT NULL REFERENCES public.locales, question text, is_visible boolean NOT NULL DEFAULT false);
CREATE INDEX ON public.faq (locale);
ALTER TABLE public.faq ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Visible entries" ON public.faq FOR SELECT TO anon, authenticated USING (is_visible);
CREATE POLICY "Editors" ON public.faq FOR ALL TO authenticated
  USING ((SELECT auth.jwt() -> 'app_metadata' -> 'roles' ? 'editor')) WITH CHECK ((SELECT auth.jwt() -> 'app_metadata' -> 'roles' ? 'editor'));
-- rows
INSERT INTO public.locales VALUES ('de');
INSERT INTO public.faq (locale, question) VALUES ('de', 'x');
-- try
ann: select from public.faq
ann: insert into public.locales values ('fr')
ann: insert into public.faq (locale) values ('de')
ok ann {"app_metadata": {"roles":["editor"]}}: insert into public.faq (locale) values ('de')

-- open moderator flag read from a table that users insert into
CREATE TABLE public.moderators (user_id uuid PRIMARY KEY REFERENCES auth.users, since timestamptz NOT NULL DEFAULT now());
ALTER TABLE public.moderators ENABLE ROW LEVEL SECURITY;
CREATE POLICY "see" ON public.moderators FOR SELECT TO authenticated USING (true);
CREATE POLICY "apply" ON public.moderators FOR INSERT TO authenticated WITH CHECK (user_id = (SELECT auth.uid()));
CREATE TABLE public.flags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, reporter uuid NOT NULL REFERENCES auth.users, text text);
CREATE INDEX ON public.flags (reporter);
ALTER TABLE public.flags ENABLE ROW LEVEL SECURITY;
CREATE POLICY "moderators" ON public.flags FOR SELECT TO authenticated USING (EXISTS (SELECT 1 FROM public.moderators m WHERE m.user_id = (SELECT auth.uid())));
-- rows
INSERT INTO public.flags (reporter) VALUES (:bob);
-- try
ann: insert into public.moderators (user_id) values (:ann) ;; select from public.flags

-- sound doctors and patients by assignment
CREATE TABLE public.assignments (doctor_id uuid NOT NULL REFERENCES auth.users, patient_id uuid NOT NULL REFERENCES auth.users, until date, PRIMARY KEY (doctor_id, patient_id));
CREATE INDEX ON public.assignments (patient_id);
ALTER TABLE public.assignments ENABLE ROW LEVEL SECURITY;
CREATE POLICY "parties" ON public.assignments FOR SELECT TO authenticated USING ((SELECT auth.uid()) IN (doctor_id, patient_id));
CREATE POLICY "patient grants" ON public.assignments FOR INSERT TO authenticated WITH CHECK (patient_id = (SELECT auth.uid()));
CREATE POLICY "patient withdraws" ON public.assignments FOR DELETE TO authenticated USING (patient_id = (SELECT auth.uid()));
CREATE TABLE public.charts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id uuid NOT NULL REFERENCES auth.users, note text);
CREATE INDEX ON public.charts (patient_id);
ALTER TABLE public.charts ENABLE ROW LEVEL SECURITY;
CREATE POLICY "patient" ON public.charts FOR SELECT TO authenticated USING (patient_id = (SELECT auth.uid()));
CREATE POLICY "doctor" ON public.charts FOR SELECT TO authenticated
  USING (EXISTS (SELECT 1 FROM public.assignments a WHERE a.doctor_id = (SELECT auth.uid()) AND a.patient_id = charts.patient_id AND (a.until IS NULL OR a.until > current_date)));
-- rows
INSERT INTO public.assignments VALUES (:bob, :eve);
INSERT INTO public.charts (patient_id) VALUES (:eve);
-- try
ann: select from public.charts
ann: insert into public.assignments values (:ann, :eve)
ok bob: select from public.charts
ok eve: insert into public.assignments values (:ann, :eve)

-- open doctors assign themselves
CREATE TABLE public.assignments (doctor_id uuid NOT NULL REFERENCES auth.users, patient_id uuid NOT NULL REFERENCES auth.users, PRIMARY KEY (doctor_id, patient_id));
CREATE INDEX ON public.assignments (patient_id);
ALTER TABLE public.assignments ENABLE ROW LEVEL SECURITY;
CREATE POLICY "parties" ON public.assignments FOR SELECT TO authenticated USING ((SELECT auth.uid()) IN (doctor_id, patient_id));
CREATE POLICY "doctor adds" ON public.assignments FOR INSERT TO authenticated WITH CHECK (doctor_id = (SELECT auth.uid()));
CREATE TABLE public.charts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id uuid NOT NULL REFERENCES auth.users, note text);
CREATE INDEX ON public.charts (patient_id);
ALTER TABLE public.charts ENABLE ROW LEVEL SECURITY;
CREATE POLICY "doctor" ON public.charts FOR SELECT TO authenticated
  USING (EXISTS (SELECT 1 FROM public.assignments a WHERE a.doctor_id = (SELECT auth.uid()) AND a.patient_id = charts.patient_id));
-- rows
INSERT INTO public.charts (patient_id) VALUES (:eve);
-- try
ann: insert into public.assignments values (:ann, :eve) ;; select from public.charts

-- sound usage counters by trigger
CREATE TABLE public.usage (user_id uuid PRIMARY KEY REFERENCES auth.users, n int NOT NULL DEFAULT 0);
ALTER TABLE public.usage ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own" ON public.usage FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE TABLE public.generations (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users, prompt text);
CREATE INDEX ON public.generations (user_id);
ALTER TABLE public.generations ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own" ON public.generations FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "within quota" ON public.generations FOR INSERT TO authenticated
  WITH CHECK (user_id = (SELECT auth.uid()) AND coalesce((SELECT u.n FROM public.usage u WHERE u.user_id = (SELECT auth.uid())), 0) < 100);
CREATE FUNCTION public.count_usage() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO public.usage AS u (user_id, n) VALUES (NEW.user_id, 1) ON CONFLICT (user_id) DO UPDATE SET n = u.n + 1;
  RETURN NEW;
END $$;
CREATE TRIGGER count_usage AFTER INSERT ON public.generations FOR EACH ROW EXECUTE FUNCTION public.count_usage();
-- rows
INSERT INTO public.usage VALUES (:bob, 100);
-- try
ann: select from public.usage
ann: update public.usage set n = 0
bob: insert into public.generations (prompt) values ('x')
ok ann: insert into public.generations (prompt) values ('x')

-- open usage counter of one's own
CREATE TABLE public.usage (user_id uuid PRIMARY KEY REFERENCES auth.users, n int NOT NULL DEFAULT 0);
ALTER TABLE public.usage ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own" ON public.usage FOR ALL TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE TABLE public.generations (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users, prompt text);
CREATE INDEX ON public.generations (user_id);
ALTER TABLE public.generations ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own" ON public.generations FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "within quota" ON public.generations FOR INSERT TO authenticated
  WITH CHECK (user_id = (SELECT auth.uid()) AND EXISTS (SELECT 1 FROM public.usage u WHERE u.user_id = (SELECT auth.uid()) AND u.n < 100));
-- rows
INSERT INTO public.usage VALUES (:ann, 100);
-- try
ann: update public.usage set n = 0 ;; insert into public.generations (prompt) values ('x')

-- open queue of jobs claimed by workers of any user
CREATE TABLE public.deliveries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id uuid NOT NULL REFERENCES auth.users, courier_id uuid REFERENCES auth.users, address text);
CREATE INDEX ON public.deliveries (customer_id);
CREATE INDEX ON public.deliveries (courier_id);
ALTER TABLE public.deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY "customer" ON public.deliveries FOR SELECT TO authenticated USING (customer_id = (SELECT auth.uid()));
CREATE POLICY "open jobs" ON public.deliveries FOR UPDATE TO authenticated USING (courier_id IS NULL OR courier_id = (SELECT auth.uid()));
CREATE POLICY "see jobs" ON public.deliveries FOR SELECT TO authenticated USING (courier_id IS NULL OR courier_id = (SELECT auth.uid()));
-- rows
INSERT INTO public.deliveries (customer_id) VALUES (:bob);
-- try
ann: update public.deliveries set customer_id = :ann

-- sound family accounts with owner column on parent via composite key
CREATE TABLE public.families (id uuid PRIMARY KEY DEFAULT gen_random_uuid());
CREATE TABLE public.family_members (family_id uuid NOT NULL REFERENCES public.families, user_id uuid NOT NULL REFERENCES auth.users, is_parent boolean NOT NULL DEFAULT false, UNIQUE (family_id, user_id), id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE INDEX ON public.family_members (user_id);
CREATE TABLE public.chores (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, family_id uuid NOT NULL REFERENCES public.families, assigned_to bigint REFERENCES public.family_members, done boolean NOT NULL DEFAULT false);
CREATE INDEX ON public.chores (family_id);
CREATE INDEX ON public.chores (assigned_to);
ALTER TABLE public.families ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.family_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.chores ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.family_members FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY see ON public.chores FOR SELECT TO authenticated USING (family_id IN (SELECT fm.family_id FROM public.family_members fm WHERE fm.user_id = (SELECT auth.uid())));
CREATE POLICY done ON public.chores FOR UPDATE TO authenticated
  USING (EXISTS (SELECT 1 FROM public.family_members fm WHERE fm.id = chores.assigned_to AND fm.user_id = (SELECT auth.uid())))
  WITH CHECK (EXISTS (SELECT 1 FROM public.family_members fm WHERE fm.id = chores.assigned_to AND fm.user_id = (SELECT auth.uid()) AND fm.family_id = chores.family_id));
CREATE POLICY parents ON public.chores FOR ALL TO authenticated
  USING (EXISTS (SELECT 1 FROM public.family_members fm WHERE fm.family_id = chores.family_id AND fm.user_id = (SELECT auth.uid()) AND fm.is_parent))
  WITH CHECK (EXISTS (SELECT 1 FROM public.family_members fm WHERE fm.family_id = chores.family_id AND fm.user_id = (SELECT auth.uid()) AND fm.is_parent));
-- rows
INSERT INTO public.families VALUES (:o1), (:o2);
INSERT INTO public.family_members (family_id, user_id, is_parent) VALUES (:o1, :ann, false), (:o2, :bob, true);
INSERT INTO public.chores (family_id, assigned_to) VALUES (:o2, 2), (:o1, 1);
-- try
ann: select from public.chores where family_id = :o2
ann: update public.chores set family_id = :o2
ann: insert into public.chores (family_id) values (:o1)
ann: insert into public.family_members (family_id, user_id) values (:o2, :ann)
ok ann: update public.chores set done = true
ok bob: insert into public.chores (family_id) values (:o2)

-- sound friends list where both rows are needed
create table public.friends (user_id uuid not null default auth.uid() references auth.users, friend_id uuid not null references auth.users, primary key (user_id, friend_id));
create index on public.friends (friend_id);
alter table public.friends enable row level security;
create policy "own list" on public.friends for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create schema private; grant usage on schema private to authenticated;
create function private.lists_me(person uuid) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select 1 from public.friends f where f.user_id = person and f.friend_id = (select auth.uid())) $$;
create table public.moods (id bigint generated always as identity primary key, user_id uuid not null default auth.uid() references auth.users, mood text);
create index on public.moods (user_id);
alter table public.moods enable row level security;
create policy "own" on public.moods for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "those whom i list" on public.moods for select to authenticated using (private.lists_me(user_id));
-- rows
insert into public.friends values (:ann, :bob), (:bob, :eve);
insert into public.moods (user_id, mood) values (:bob, 'x');
-- try
ann: select from public.moods
ann: insert into public.friends values (:bob, :ann)
ok eve: select from public.moods

-- open friends list where the reader adds the row
create table public.friends (user_id uuid not null default auth.uid() references auth.users, friend_id uuid not null references auth.users, primary key (user_id, friend_id));
create index on public.friends (friend_id);
alter table public.friends enable row level security;
create policy "own list" on public.friends for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create table public.moods (id bigint generated always as identity primary key, user_id uuid not null default auth.uid() references auth.users, mood text);
create index on public.moods (user_id);
alter table public.moods enable row level security;
create policy "friends" on public.moods for select to authenticated using (user_id in (select f.friend_id from public.friends f where f.user_id = (select auth.uid())));
-- rows
insert into public.moods (user_id, mood) values (:bob, 'x');
-- try
ann: insert into public.friends (friend_id) values (:bob) ;; select from public.moods

-- sound saved items join visible listings
create table public.listings (id bigint generated always as identity primary key, owner_id uuid not null references auth.users, is_live boolean not null default false);
create index on public.listings (owner_id);
create table public.saved (user_id uuid not null default auth.uid() references auth.users, listing_id bigint not null references public.listings, primary key (user_id, listing_id));
create index on public.saved (listing_id);
alter table public.listings enable row level security;
alter table public.saved enable row level security;
create policy "live" on public.listings for select to anon, authenticated using (is_live);
create policy "own" on public.listings for all to authenticated using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create policy "saved" on public.saved for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "seller counts" on public.saved for select to authenticated using (listing_id in (select l.id from public.listings l where l.owner_id = (select auth.uid())));
-- rows
insert into public.listings (owner_id) values (:bob);
insert into public.saved values (:bob, 1);
-- try
ann: select from public.listings
ann: select from public.saved
ann: insert into public.saved values (:eve, 1)
ok ann: insert into public.saved (listing_id) values (1)

-- sound addresses copied into orders by the customer
create table public.customers (id bigint generated always as identity primary key, auth_id uuid not null unique references auth.users);
create table public.addresses (id bigint generated always as identity primary key, customer_id bigint not null references public.customers, street text, is_default boolean not null default false);
create index on public.addresses (customer_id);
create table public.shipments (id bigint generated always as identity primary key, customer_id bigint not null references public.customers, address_id bigint references public.addresses);
create index on public.shipments (customer_id);
create index on public.shipments (address_id);
alter table public.customers enable row level security;
alter table public.addresses enable row level security;
alter table public.shipments enable row level security;
create policy "self" on public.customers for select to authenticated using (auth_id = (select auth.uid()));
create policy "own addresses" on public.addresses for all to authenticated
  using (exists (select 1 from public.customers c where c.id = addresses.customer_id and c.auth_id = (select auth.uid())))
  with check (exists (select 1 from public.customers c where c.id = addresses.customer_id and c.auth_id = (select auth.uid())));
create policy "own shipments" on public.shipments for select to authenticated
  using ((select c.auth_id from public.customers c where c.id = shipments.customer_id) = (select auth.uid()));
-- rows
insert into public.customers (auth_id) values (:ann), (:bob);
insert into public.addresses (customer_id) values (2);
insert into public.shipments (customer_id) values (2);
-- try
ann: select from public.addresses
ann: select from public.shipments
ann: insert into public.addresses (customer_id) values (2)
ok ann: insert into public.addresses (customer_id) values (1)

-- sound feeds that users subscribe to and settings of theirs
create table public.feeds (id bigint generated always as identity primary key, title text);
create table public.feed_subscriptions (user_id uuid not null default auth.uid() references auth.users, feed_id bigint not null references public.feeds, primary key (user_id, feed_id));
create index on public.feed_subscriptions (feed_id);
create table public.user_settings (user_id uuid primary key default auth.uid() references auth.users, language text not null default 'en', show_adult boolean not null default false);
create table public.feed_items (id bigint generated always as identity primary key, feed_id bigint not null references public.feeds, is_adult boolean not null default false, language text);
create index on public.feed_items (feed_id);
alter table public.feeds enable row level security;
alter table public.feed_subscriptions enable row level security;
alter table public.user_settings enable row level security;
alter table public.feed_items enable row level security;
create policy "feeds" on public.feeds for select to authenticated using (true);
create policy "own" on public.feed_subscriptions for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "own" on public.user_settings for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "items of my feeds" on public.feed_items for select to authenticated
  using (not is_adult and feed_id in (select s.feed_id from public.feed_subscriptions s where s.user_id = (select auth.uid())));
create policy "adult items" on public.feed_items for select to authenticated
  using (exists (select 1 from public.user_settings us where us.user_id = (select auth.uid()) and us.show_adult and us.language = feed_items.language));
-- rows
insert into public.feeds (title) values ('a');
insert into public.feed_items (feed_id, is_adult, language) values (1, true, 'en');
insert into public.user_settings values (:bob);
-- try
ann: select from public.feed_items
ann: insert into public.feed_subscriptions values (:bob, 1)
ann: select from public.user_settings
ok ann: insert into public.feed_subscriptions (feed_id) values (1)
